import { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkSettings } from './check-settings';
import { rememberCreation } from './creation-places';
import type * as Gate from './gate';
import type { GateResult, GateViolation } from './gate-result';
import type { GateSettings } from './gate-settings';
import { writeOrigins } from './origins-file';
import { objectsOf } from './tree-objects';

const FIELDS = [
  'phiNamespaces', 'defaultNamespace', 'approvedRegistries', 'storageClasses', 'apiClients', 'tlsPorts', 'allowedEnvNames', 'approvedBindings', 'archiveBuckets', 'rules', 'exceptions', 'asOf',
];

/**
 * The gate in code: the policies that guard the cluster, asked about every object of an app at synth. A violation fails `app.synth()` and `Testing.synth` of a
 * chart of the app alike, so that a unit test fails before a pull request does (45 CFR 164.308(a)(8), evaluation).
 *
 * Objects of PHI namespaces are judged, those that name no namespace, and those that belong to none. Exceptions hold whatever the day unless `asOf` is given: nothing here reads a
 * clock. `npx cdk8s-hipaa check` reads one.
 *
 * It judges what constructs give to cdk8s; what a chart writes otherwise (a `toJson` of its own) the command line judges.
 *
 * Attach it right after the app is made: from then on it remembers where constructs are created, by which its messages name a line of one's own. The constructs package is one
 * for all trees of the process, and so is what it remembers.
 *
 * @example
 *   const app = new App();
 *   PhiGate.attach(app, { phiNamespaces: ['healthcare-prod'], approvedRegistries: ['registry.example.com'] });
 */
export class PhiGate {
  /**
   * Judges an app, or a single chart, whenever it is synthesized.
   *
   * @throws where the settings are no such settings; at synth, where a rule is violated or could not be asked.
   */
  public static attach(root: IConstruct, settings: GateSettings = {}): PhiGate {
    const path = root.node.path === '' ? 'PhiGate' : root.node.path;
    checkFields(path, settings, FIELDS, 'a setting that is not known would be lost, and less be judged than was meant');
    if (ATTACHED.has(root)) throw Errors.refused(path, 'the gate is attached twice', root.node.path, 'one gate judges an app', 'remove one');
    // What is wrong with the settings shows here, and not at synth.
    const written = Object.entries(settings).filter(([field, value]) => value !== undefined && !['exceptions', 'asOf'].includes(field));
    checkSettings(Object.fromEntries(written), () => path);
    gate().runGate({ objects: [] }, settings);
    ATTACHED.add(root);
    return new PhiGate(root, settings);
  }

  /**
   * Judges nothing, and remembers where constructs are created, for the validation plugin of cdk8s' command line, which runs in a process of its own. An attached gate does so too.
   */
  public static record(root: IConstruct): void {
    rememberCreation(root);
    root.node.addValidation({
      validate: () => {
        writeOrigins(root);
        return [];
      },
    });
  }

  private readonly root: IConstruct;
  private readonly settings: GateSettings;
  /** While the app is synthesized. */
  private verdict: string[] | undefined;

  private constructor(root: IConstruct, settings: GateSettings) {
    this.root = root;
    this.settings = settings;
    rememberCreation(root);
    root.node.addValidation({ validate: () => this.verdict ?? this.flaws() });
    if (root instanceof App) this.judgeOnceASynth(root);
  }

  /** cdk8s validates the whole app once more for each of its charts. */
  private judgeOnceASynth(app: App): void {
    for (const method of ['synth', 'synthYaml'] as const) {
      const synthesize = app[method].bind(app) as () => string & void;
      app[method] = () => {
        this.verdict = this.flaws();
        try {
          return synthesize();
        } finally {
          this.verdict = undefined;
        }
      };
    }
  }

  /** What the gate says of the tree as it is now. */
  public judge(): GateResult {
    return gate().runGate({ objects: objectsOf(this.root) }, this.settings);
  }

  private flaws(): string[] {
    writeOrigins(this.root);
    const { violations, unchecked } = this.judge();
    return [...violations.map(describe), ...unchecked.map(({ what, why, remedy }) => `${what} could not be judged: ${why}: ${remedy}`)];
  }
}

/** Loaded when a gate is attached: most programs that import the library attach none. */
function gate(): typeof Gate {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./gate') as typeof Gate;
}

const ATTACHED = new WeakSet<IConstruct>();

function describe({ rule, origin: { constructPath, createdAt }, path, value, message }: GateViolation): string {
  const place = createdAt === undefined ? constructPath : `${constructPath} (${createdAt})`;
  const held = value === undefined ? '' : ` = ${shorten(JSON.stringify(value))}`;
  return `${place}: ${rule.id}: ${path}${held}: ${message}`;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
