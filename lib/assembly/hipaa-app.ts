import * as path from 'node:path';
import { GatekeeperValues } from '../admission/gatekeeper/gatekeeper-values';
import { controlMatrix, type ControlMatrix } from '../evidence/control-matrix';
import { AdmissionEngineKind } from '../profile/admission-engine';
import { checkDate, checkFields, checkText } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { EksPlatform, PlatformKind } from '../profile/platform';
import { HipaaProfile } from '../profile/profile';
import { SESSION_PREFERENCES } from '../profile/session-settings';
import { reportTogether } from '../validation/report';
import { HipaaControlPlane } from './control-plane';
import { HipaaCharts } from './hipaa-charts';
import { HipaaStack } from './hipaa-stack';
import { HipaaKubernetesApp } from './kubernetes-app';
import { replaceFolders, type OutputFile } from './output';
import { SynthSummary } from './synth-summary';
import type { Synthesis } from './synthesis';
import { HipaaTerraformApp } from './terraform-app';

export interface HipaaAppProps {
  /**
   * Folder of the output. It belongs to the app: a synth replaces it whole.
   * @default dist/<cluster>
   */
  readonly output?: string;
  /**
   * The day by which exceptions and attestations are judged, YYYY-MM-DD. Nothing here reads a clock.
   * @default - expiries are not judged
   */
  readonly asOf?: string;
}

const TERRAFORM = 'terraform';
const KUBERNETES = 'k8s';
const CONTROL_PLANE = 'control-plane';
const EVIDENCE = 'evidence';
/** What an output folder holds; the CLIs of cdk8s and cdktf write one of them each. */
/** Values of the charts that others install. */
const HELM = 'helm';
const FOLDERS = [TERRAFORM, KUBERNETES, CONTROL_PLANE, EVIDENCE, HELM];

/**
 * One profile in, the whole stack out: Terraform JSON, Kubernetes YAML, control-plane files (self-managed only) and the evidence that
 * says which emitted object enforces which control.
 *
 * Everything is built in memory and judged before anything is written; the output folder is replaced whole or left as it was.
 *
 * @example
 *   new HipaaApp(profile).synth();
 */
export class HipaaApp {
  /**
   * Synthesizes several clusters, each into its own folder; nothing is written where any of them has a finding.
   *
   * @throws with the findings of all of them; and where two write one folder, or own one name in AWS: the second would take it from the first.
   */
  public static synthAll(apps: readonly HipaaApp[]): SynthSummary[] {
    if (apps.length === 0) throw Errors.missing('HipaaApp.synthAll', 'apps', 'give at least one: an empty output looks like a success to a pipeline');
    reportTogether([
      ...clashes(apps, 'output folder', (app) => path.resolve(app.output), "give each app its own { output: 'dist/...' }"),
      ...clashes(apps, 'archive bucket', (app) => app.profile.names.archiveBucket, 'give all but one an archive.bucketName of its own'),
      ...clashes(apps, 'IAM role', (app) => app.profile.names.logShipperRoleArn, 'give the clusters of one account different names'),
      ...clashes(apps, 'GuardDuty detector', detectorOf, 'name it in detection.guardDutyDetectorId of all but the one that makes it'),
      ...clashes(apps, 'set of Session Manager preferences', sessionsOf, 'give all but one a sessions.documentName of its own'),
    ]);
    const outputs = apps.map((app) => app.synthesize());
    reportTogether(outputs.flatMap((output) => output.findings));
    replaceFolders(outputs.map(({ files }, index) => ({ folder: apps[index].output, files, owns: FOLDERS })));
    return outputs.map((output, index) => new SynthSummary(apps[index].output, output.files.length, output.objects, output.matrix));
  }

  public readonly profile: HipaaProfile;
  /** The Kubernetes tree, for charts of one's own. */
  public readonly kubernetes: HipaaKubernetesApp;
  /** The Kubernetes half of the profile. */
  public readonly charts: HipaaCharts;
  /** The Terraform tree, for stacks of one's own. */
  public readonly terraform: HipaaTerraformApp;
  /** The Terraform half of the profile. */
  public readonly stack: HipaaStack;
  private readonly controlPlane: HipaaControlPlane | undefined;
  private readonly output: string;
  private readonly asOf: string | undefined;

  public constructor(profile: HipaaProfile, props: HipaaAppProps = {}) {
    if (!(profile instanceof HipaaProfile)) throw Errors.refused('HipaaApp', 'profile is no HipaaProfile', profile, 'a profile is checked when it is made', 'pass new HipaaProfile({ ... })');
    checkFields('HipaaApp', props, ['output', 'asOf'], 'an app takes no other field');
    if (props.output !== undefined) checkText('HipaaApp', 'output', props.output);
    if (props.asOf !== undefined) checkDate('HipaaApp', 'asOf', props.asOf);
    this.profile = profile;
    this.output = props.output ?? path.join('dist', profile.cluster);
    this.asOf = props.asOf;
    this.kubernetes = new HipaaKubernetesApp(profile);
    this.charts = new HipaaCharts(this.kubernetes, profile);
    this.terraform = new HipaaTerraformApp(profile);
    this.stack = new HipaaStack(this.terraform, profile);
    this.controlPlane = profile.platform.kind === PlatformKind.SELF_MANAGED ? new HipaaControlPlane(profile) : undefined;
  }

  /**
   * Builds, judges, and replaces the output folder.
   *
   * @throws with everything that is wrong in any tree; the previous output stays whole then.
   */
  public synth(): SynthSummary {
    return HipaaApp.synthAll([this])[0];
  }

  private synthesize(): AppSynthesis {
    const trees: [string, Synthesis][] = [[TERRAFORM, this.terraform.synthesize()], [KUBERNETES, this.kubernetes.synthesize()]];
    if (this.controlPlane) trees.push([CONTROL_PLANE, this.controlPlane.synthesize()]);

    const objects = trees.flatMap(([, tree]) => tree.objects);
    const matrix = controlMatrix({ profile: this.profile, objects, asOf: this.asOf });
    const files = trees.flatMap(([folder, tree]) => tree.files.map((file): OutputFile => ({ ...file, path: `${folder}/${file.path}` })));
    if (this.profile.admission.engine !== AdmissionEngineKind.API_SERVER) files.push({ path: `${HELM}/gatekeeper-values.yaml`, content: new GatekeeperValues().yaml });
    files.push({ path: `${EVIDENCE}/control-matrix.json`, content: `${JSON.stringify(matrix, undefined, 2)}\n` });
    return { files, objects, matrix, findings: trees.flatMap(([, tree]) => tree.findings) };
  }
}

interface AppSynthesis extends Synthesis {
  readonly matrix: ControlMatrix;
}

/** The detector that a cluster's stack makes: an account has one a region. */
function detectorOf({ profile: { platform, detection } }: HipaaApp): string | undefined {
  return platform instanceof EksPlatform && detection.guardDutyDetectorId === undefined ? `${platform.account} ${platform.region}` : undefined;
}

/** The document of Session Manager that a cluster's stack makes. */
function sessionsOf({ profile: { platform, sessions } }: HipaaApp): string | undefined {
  return platform instanceof EksPlatform ? `${platform.account} ${platform.region} ${sessions.documentName ?? SESSION_PREFERENCES}` : undefined;
}

/** What two apps both claim. */
function clashes(apps: readonly HipaaApp[], what: string, nameOf: (app: HipaaApp) => string | undefined, remedy: string): string[] {
  const owners = new Map<string, HipaaApp>();
  return apps.flatMap((app) => {
    const name = nameOf(app);
    if (name === undefined) return [];
    const owner = owners.get(name);
    if (!owner) {
      owners.set(name, app);
      return [];
    }
    return [describe({ path: app.profile.cluster, problem: `two clusters have one ${what}`, value: name, rule: 'one profile a cluster, and nothing shared that one of them would overwrite', remedy })];
  });
}
