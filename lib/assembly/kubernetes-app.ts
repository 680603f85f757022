import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject, App, Chart, DependencyGraph, Names, Yaml } from 'cdk8s';
import { claimsByEmitted } from '../validation/claims';
import type { SynthesizedObject } from '../validation/synthesized-object';
import { PhiTree } from '../phi/phi-tree';
import { synthesizedManifest } from '../phi/synthesized-manifest';
import { describe } from '../profile/errors';
import type { HipaaProfile } from '../profile/profile';
import { checkObjects, checkTokens, TERRAFORM_TOKEN_START } from '../validation/objects';
import { nodeFindings, reportTogether } from '../validation/report';
import { verifyClaims } from '../validation/verify';
import { writeFiles, type OutputFile } from './output';
import { attempt, type Synthesis } from './synthesis';

export interface HipaaKubernetesAppProps {
  /**
   * Where `synth` writes.
   * @default - CDK8S_OUTDIR, which the cdk8s CLI sets, otherwise `dist`
   */
  readonly outdir?: string;
}

/**
 * A cdk8s App that judges what it synthesized before it writes anything, and whose cost is linear in the number of charts.
 *
 * cdk8s validates and resolves the whole app again for each chart. Here it does so once, for the first chart; the others are read in
 * the same order from their own dependency graph. The output is a file a chart, as cdk8s names it.
 *
 * `synth` throws, with everything that is wrong in one error, where two objects are the same to the API server, an object holds a
 * Terraform token, two charts would write one file, nothing was declared, or an object does not do what its construct claims.
 *
 * @example
 *   const app = new HipaaKubernetesApp(profile);
 *   new HipaaCharts(app, profile);
 *   app.synth();
 */
export class HipaaKubernetesApp extends App {
  private readonly profile: HipaaProfile;

  public constructor(profile: HipaaProfile, props: HipaaKubernetesAppProps = {}) {
    super({ outdir: props.outdir });
    this.profile = profile;
    PhiTree.of(this).leaveObjects();
  }

  /** Writes the manifests, after everything was judged; manifests of charts that are gone go too. */
  public override synth(): void {
    const { files, findings } = this.synthesize();
    reportTogether(findings);
    const written = new Set(files.map((file) => file.path));
    const stale = fs.existsSync(this.outdir) ? fs.readdirSync(this.outdir).filter((name) => name.endsWith(this.outputFileExtension) && !written.has(name)) : [];
    for (const name of stale) fs.rmSync(path.join(this.outdir, name));
    writeFiles(this.outdir, [...files, ...(process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true' ? [this.constructMetadata()] : [])]);
  }

  /** The output in memory, with all that is wrong with it. */
  public synthesize(): Synthesis {
    const findings = nodeFindings(this);
    const charts = this.synthCharts(findings);
    const objects = charts.flatMap((chart) => chart.objects);
    findings.push(...checkObjects(objects, charts.map((chart) => chart.name)), ...charts.flatMap((chart) => chart.misordered), ...verifyClaims(objects, this.profile));
    const files = charts.map((chart) => ({ path: `${chart.name}${this.outputFileExtension}`, content: Yaml.stringify(...chart.objects.map((object) => object.content)) }));
    // The text tells at once that there is none, as there hardly ever is.
    if (files.some((file) => file.content.includes(TERRAFORM_TOKEN_START))) findings.push(...checkTokens(objects));
    return { files: findings.length > 0 ? [] : files, objects, findings };
  }

  /** In the order in which files are applied. */
  private synthCharts(findings: string[]): SynthesizedChart[] {
    const charts = this.node.findAll().filter((construct): construct is Chart => Chart.isChart(construct));
    // Resolves the dependencies of the whole app, whichever chart is asked; the smallest one costs the least beside that. It throws
    // what the nodes say of themselves, which is known already.
    if (findings.length === 0) attempt(findings, undefined, () => smallest(charts)?.toJson());
    const claims = claimsByEmitted(this, ApiObject.isApiObject);
    findings.push(...claims.findings);
    return charts.map((chart): SynthesizedChart => ({
      name: Names.toDnsLabel(chart),
      misordered: checkOrder(chart),
      objects: apiObjectsOf(chart).flatMap((object): SynthesizedObject[] => {
        const synthesized = attempt(findings, undefined, () => synthesizedManifest(object, claims.byConstruct.get(object)));
        return synthesized === undefined ? [] : [synthesized];
      }),
    })).filter((chart) => chart.objects.length > 0).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** What the cdk8s CLI shows beside a violation, where it asks for it. */
  private constructMetadata(): OutputFile {
    const objects = this.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
    const resources = Object.fromEntries(objects.map((object) => [object.name, { path: object.node.path }]));
    return { path: 'construct-metadata.json', content: JSON.stringify({ version: '1.0.0', resources }) };
  }
}

interface SynthesizedChart {
  /** Name of the file. */
  readonly name: string;
  readonly objects: readonly SynthesizedObject[];
  /** Findings on the order of the files. */
  readonly misordered: readonly string[];
}

/** A chart that depends on another must be applied after it, and tools apply files in the order of their names. */
function checkOrder(chart: Chart): string[] {
  const file = Names.toDnsLabel(chart);
  return chart.node.dependencies
    .filter((other) => Chart.isChart(other) && !chart.node.children.includes(other) && Names.toDnsLabel(other) > file)
    .map((other) => describe({
      path: chart.node.path, problem: 'the chart depends on one whose file is applied later', value: other.node.path,
      rule: 'files are applied in the order of their names', remedy: 'give the charts ids that sort in the order of their dependencies, such as 10-first and 20-second',
    }));
}

function smallest(charts: readonly Chart[]): Chart | undefined {
  return charts.reduce<Chart | undefined>((least, chart) => (least && least.node.children.length <= chart.node.children.length ? least : chart), undefined);
}

/** The objects of a chart, without those of charts inside it, each after what it depends on. */
function apiObjectsOf(chart: Chart): ApiObject[] {
  const constructs = chart.node.findAll();
  // Without dependencies the graph gives back the order of the tree.
  const ordered = constructs.some((construct) => construct.node.dependencies.length > 0) ? new DependencyGraph(chart.node).topology() : constructs;
  return ordered
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => object.chart === chart);
}
