import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, TerraformDataSource, TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { claimsByEmitted } from '../validation/claims';
import { Tree, type SynthesizedObject } from '../validation/synthesized-object';
import { describe } from '../profile/errors';
import type { HipaaProfile } from '../profile/profile';
import { nodeFindings, reportTogether } from '../validation/report';
import { verifyClaims } from '../validation/verify';
import { readFiles, writeFiles } from './output';
import { attempt, type Synthesis } from './synthesis';

export interface HipaaTerraformAppProps {
  /**
   * Where `synth` writes.
   * @default - CDKTF_OUTDIR, which the cdktf CLI sets, otherwise `cdktf.out`
   */
  readonly outdir?: string;
}

/**
 * A cdktf App that judges what it synthesized before it writes anything, and that makes its output folder, parents included.
 *
 * @example
 *   const app = new HipaaTerraformApp(profile);
 *   new HipaaStack(app, profile);
 *   app.synth();
 */
export class HipaaTerraformApp extends App {
  private readonly profile: HipaaProfile;
  private readonly target: string;

  public constructor(profile: HipaaProfile, props: HipaaTerraformAppProps = {}) {
    // cdktf makes folders when an App is made; they are made aside, so that a failed run changes no output.
    const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-hipaa-'));
    // A trace of the call stack would put paths of this machine into the output.
    super({ outdir: aside, stackTraces: false });
    fs.rmSync(aside, { recursive: true });
    this.profile = profile;
    this.target = props.outdir ?? process.env.CDKTF_OUTDIR ?? 'cdktf.out';
  }

  /** Writes the stacks, after everything was judged. */
  public override synth(): void {
    const { files, findings } = this.synthesize();
    reportTogether(findings);
    const stacks = path.join(this.target, 'stacks');
    // A stack that is gone must not stay behind for a pipeline to apply.
    fs.rmSync(stacks, { recursive: true, force: true });
    fs.rmSync(path.join(this.target, 'manifest.json'), { force: true });
    writeFiles(this.target, files);
  }

  /** The output in memory, with all that is wrong with it. */
  public synthesize(): Synthesis {
    const findings = nodeFindings(this);
    // cdktf stops at what the nodes say of themselves, and at error annotations.
    const files = findings.length > 0 ? [] : attempt(findings, [], () => this.synthAside());
    const claims = claimsByEmitted(this, isWritten);
    findings.push(...claims.findings);
    const objects = this.node.findAll().filter(TerraformStack.isStack).flatMap((stack) => {
      const synthesized = attempt<TerraformJson>(findings, {}, () => stack.toTerraform() as TerraformJson);
      const constructs = new Map(stack.node.findAll().filter(isWritten).map((element) => [addressOf(element), element]));
      findings.push(...Object.keys(synthesized.module ?? {}).map((id) => notJudged(`${stack.node.path}/${id}`, id)));
      const written = new Map([...blocksOf(synthesized.resource), ...blocksOf(synthesized.data, 'data.')]);
      for (const [address, construct] of constructs) {
        if ((claims.byConstruct.get(construct) ?? []).length > 0 && !written.has(address)) findings.push(notWritten(construct.node.path, address));
      }
      // From what is written, not from the tree: an override adds resources that no construct stands for, and can take away what one stands for.
      return [...written].map(([address, content]): SynthesizedObject => {
        const construct = constructs.get(address);
        return {
          reference: { tree: Tree.TERRAFORM, address, stack: stack.node.id },
          path: construct?.node.path ?? `${stack.node.path}/${address}`,
          content,
          claims: (construct && claims.byConstruct.get(construct)) ?? [],
        };
      });
    });
    findings.push(...verifyClaims(objects, this.profile));
    return { files: findings.length > 0 ? [] : files, objects, findings };
  }

  private synthAside(): Synthesis['files'] {
    fs.mkdirSync(path.join(this.outdir, 'stacks'), { recursive: true });
    try {
      super.synth();
      return readFiles(this.outdir);
    } finally {
      fs.rmSync(this.outdir, { recursive: true, force: true });
    }
  }
}

/** The part of a stack's JSON that is read here. */
interface TerraformJson {
  readonly resource?: Blocks;
  /** Data sources: what they demand of the things that they read is a safeguard, too. */
  readonly data?: Blocks;
  readonly module?: Record<string, unknown>;
}

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

function notWritten(path: string, address: string): string {
  return describe({
    path, problem: 'a construct claims a control, and its resource is not in the output', value: address,
    rule: '45 CFR 164.316(b)(1): evidence names the object that enforces a control', remedy: 'remove the override that takes it out, or remove the construct',
  });
}

/** What a module makes is in files that nobody here reads. */
function notJudged(path: string, id: string): string {
  return describe({
    path, problem: 'modules are not judged: what one makes may undo what a control says', value: `module.${id}`,
    rule: '45 CFR 164.316(b)(1): evidence is of everything that is made', remedy: 'apply the module in a configuration of its own, or write its resources into the stack',
  });
}

function blocksOf(blocks: Blocks = {}, prefix = ''): [address: string, content: Record<string, unknown>][] {
  return Object.entries(blocks).flatMap(([type, named]) => Object.entries(named).map(([id, content]): [string, Record<string, unknown>] => [`${prefix}${type}.${id}`, content]));
}

function addressOf(element: TerraformResource | TerraformDataSource): string {
  return `${TerraformDataSource.isTerraformDataSource(element) ? 'data.' : ''}${element.terraformResourceType}.${element.friendlyUniqueId}`;
}

/** `instanceof` fails where two copies of cdktf are loaded, as under CDK Terrain. */
function isWritten(construct: IConstruct): construct is TerraformResource | TerraformDataSource {
  return TerraformElement.isTerraformElement(construct) && (TerraformResource.isTerraformResource(construct) || TerraformDataSource.isTerraformDataSource(construct));
}
