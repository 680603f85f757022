import { Construct, type IConstruct } from 'constructs';

/** One command line flag of the API server, without its dashes. */
export interface ApiServerFlag {
  readonly name: string;
  readonly value: string;
}

/** A path of the control-plane node that the API server's static pod mounts, in kubeadm's terms. */
export interface ApiServerVolume {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Kubernetes, HostPathVolumeSource.type: `File`, `DirectoryOrCreate`. */
  readonly pathType: string;
}

/** What the API server needs so that it reads a file and acts on it. */
export interface ApiServerArguments {
  readonly flags: readonly ApiServerFlag[];
  readonly volumes: readonly ApiServerVolume[];
}

const FILE = Symbol.for('cdk8s-hipaa.ControlPlaneFile');

/**
 * A file that lies on a self-managed control-plane node and is read by the API server or kubeadm. It is no API object: kubectl
 * never applies it, so it is no cdk8s ApiObject, and it appears in no manifest, wherever in a tree it stands.
 */
export abstract class ControlPlaneFile extends Construct {
  /** Every such file below a construct, in the order of the tree. */
  public static filesOf(root: IConstruct): ControlPlaneFile[] {
    return root.node.findAll().filter(ControlPlaneFile.isControlPlaneFile);
  }

  public static isControlPlaneFile(this: void, x: unknown): x is ControlPlaneFile {
    return x !== null && typeof x === 'object' && FILE in x;
  }

  /** Name of the file in the control-plane folder, with `/` below a folder of it. */
  public abstract readonly fileName: string;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    Object.defineProperty(this, FILE, { value: true });
  }

  /** What the API server needs for this file; nothing where kubeadm reads it. */
  public get apiServer(): ApiServerArguments {
    return { flags: [], volumes: [] };
  }

  /** The text of a file that is no YAML, which is written as it is; undefined where `toObject` is what is written. */
  public toText(): string | undefined {
    return undefined;
  }

  /** The document, field by field as its strict decoder takes it: no `metadata` where the type has none. */
  public abstract toObject(): Record<string, unknown>;
}
