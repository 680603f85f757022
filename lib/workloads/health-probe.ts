import { Duration } from 'cdk8s';
import { ConnectionScheme, Probe } from 'cdk8s-plus-28';
import { checkFields, checkInteger, checkPort } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface HealthProbeOptions {
  /** Port that is asked. @default - the port of the workload */
  readonly port?: number;
  /** Seconds between two questions. @default 10 */
  readonly periodSeconds?: number;
  /** Seconds until an answer counts as none. @default 5 */
  readonly timeoutSeconds?: number;
  /** How many answers in a row are missed. @default 3 */
  readonly failureThreshold?: number;
}

/** How long a container may take to start, in periods of its liveness probe. */
const STARTUP_FAILURES = 30;
const RULE = 'Kubernetes, configure probes: a probe has bounds';

/**
 * How the kubelet asks whether a container works: over TLS, by a connection, or by a command inside of it. There is none over plain HTTP, as a server that
 * answers it would answer others too. The kubelet does not verify the certificate (Kubernetes, configure probes).
 *
 * @example
 *   HealthProbe.https('/healthz', { periodSeconds: 15 });
 */
export class HealthProbe {
  /** A GET over TLS that is answered with a status from 200 to 399. */
  public static https(requestPath: string, options: HealthProbeOptions = {}): HealthProbe {
    if (typeof requestPath !== 'string' || !/^\/\S*$/.test(requestPath)) throw Errors.refused('HealthProbe', 'the path of a request is none', requestPath, RULE, "give a path such as '/healthz'");
    return new HealthProbe(options, requestPath, undefined);
  }

  /** A connection that is accepted. */
  public static tcp(options: HealthProbeOptions = {}): HealthProbe {
    return new HealthProbe(options, undefined, undefined);
  }

  /** A command in the container that ends with 0. It needs no port. Where Falco runs, it is named in `knownExecs`, as each run looks like somebody's exec. */
  public static exec(command: string[], options: HealthProbeOptions = {}): HealthProbe {
    const words: unknown = command;
    if (!Array.isArray(words) || words.length === 0 || words.some((word) => typeof word !== 'string')) {
      throw Errors.refused('HealthProbe', 'the command is no list of words', command, RULE, "give a list such as ['/bin/healthcheck']");
    }
    return new HealthProbe(options, undefined, [...command]);
  }

  private readonly options: HealthProbeOptions;
  private readonly requestPath: string | undefined;
  private readonly command: string[] | undefined;

  private constructor(options: HealthProbeOptions, requestPath: string | undefined, command: string[] | undefined) {
    checkFields('HealthProbe', options, ['port', 'periodSeconds', 'timeoutSeconds', 'failureThreshold'], 'a probe takes no other option');
    if (options.port !== undefined) checkPort('HealthProbe', 'port', options.port);
    for (const option of ['periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const) {
      if (options[option] !== undefined) checkInteger('HealthProbe', option, options[option], 1, 3600, RULE);
    }
    this.options = { ...options };
    this.requestPath = requestPath;
    this.command = command;
    Object.freeze(this);
  }

  /**
   * The probe of cdk8s-plus.
   * @param startup whether it waits for the start.
   * @internal
   */
  public _toProbe(path: string, workloadPort: number | undefined, startup = false): Probe {
    const { periodSeconds = 10, timeoutSeconds = 5, failureThreshold = startup ? STARTUP_FAILURES : 3 } = this.options;
    const common = {
      periodSeconds: Duration.seconds(periodSeconds), timeoutSeconds: Duration.seconds(timeoutSeconds),
      failureThreshold: startup ? Math.max(failureThreshold, STARTUP_FAILURES) : failureThreshold,
    };
    if (this.command !== undefined) return Probe.fromCommand(this.command, common);
    const port = this.options.port ?? workloadPort;
    if (port === undefined) throw Errors.missing(path, 'port', 'name the port of the workload, or of the probe: HealthProbe.tcp({ port: 8443 })');
    return this.requestPath === undefined ? Probe.fromTcpSocket({ ...common, port }) : Probe.fromHttpGet(this.requestPath, { ...common, port, scheme: ConnectionScheme.HTTPS });
  }
}
