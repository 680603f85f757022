import { posix } from 'node:path';
import { IntOrString, KubePod, Quantity, type HttpGetAction } from 'cdk8s-plus-28/lib/imports/k8s';
import type { Construct } from 'constructs';
import { ControlPlaneFile } from '../control-plane/control-plane-file';
import { ControlPlanePaths } from '../control-plane/paths';
import { checkArn, checkDnsLabel, checkFields, checkImageDigest, checkInteger, checkRegion, isTerraformToken } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { EncryptionConfiguration } from './encryption-configuration';
import { checkSocketPath } from './socket-path';

export interface KmsPluginProps {
  /** The plugin's image, by digest, from a registry that you approve. Its build must speak KMS v2 (upstream since October 2023). */
  readonly image: string;
  /** ARN of the KMS key, not of an alias: an alias that moves to another key makes every object unreadable. */
  readonly keyArn: string;
  /** Region of the key. */
  readonly region: string;
  /**
   * Name of the static pod and its file; a second plugin, for another key, needs its own.
   * @default aws-encryption-provider
   */
  readonly name?: string;
  /**
   * Socket that the API server calls; a second plugin needs its own.
   * @default /var/run/kmsplugin/socket.sock
   */
  readonly socketPath?: string;
  /**
   * Port of the health check, on the node's loopback; a second plugin needs its own.
   * @default 8083
   */
  readonly healthPort?: number;
}

/** What kubeadm gives its own static pods: the value of the class, as no admission fills it in before the kubelet runs the pod. */
const SYSTEM_NODE_CRITICAL = 2000001000;

/**
 * The static pod of aws-encryption-provider (kubernetes-sigs) on a control-plane node: it lets the API server encrypt with a key in AWS KMS.
 *
 * Serves 45 CFR 164.312(a)(2)(iv) with `EncryptionConfiguration`, whose provider names the same socket. The plugin answers KMS v1 and v2 on
 * that one socket; the EncryptionConfiguration asks for v2. The file goes into the kubelet's folder of static pods
 * (/etc/kubernetes/manifests) on each control-plane node, before the API server that needs it starts.
 *
 * The pod is on the node's network: it must run before the API server, and so before any network plugin, and it takes its AWS credentials
 * from the node's instance profile, which stays out of reach of pods (hop limit 1). That role needs kms:Encrypt and kms:Decrypt on this key
 * alone. The process is root without any capability, because the socket's directory belongs to root and the socket is then open to root
 * alone: whoever can call it can decrypt.
 *
 * @example
 *   new KmsPlugin(scope, 'KmsPlugin', {
 *     image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/aws-encryption-provider@sha256:...',
 *     keyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     region: 'us-east-1',
 *   });
 */
export class KmsPlugin extends ControlPlaneFile {
  public readonly fileName: string;
  /** Socket that the API server calls, as a path on the node. */
  public readonly socketPath: string;
  private readonly props: KmsPluginProps;
  private readonly name: string;
  private readonly healthPort: number;

  public constructor(scope: Construct, id: string, props: KmsPluginProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['image', 'keyArn', 'region', 'name', 'socketPath', 'healthPort'], 'a KMS plugin takes no other field');
    checkImageDigest(path, 'image', props.image);
    const token = [props.image, props.keyArn, props.region].find(isTerraformToken);
    if (token !== undefined) {
      throw Errors.refused(path, 'a control-plane file takes plain values, no Terraform reference', token, 'nothing tokenised crosses between Terraform and Kubernetes', 'write the value itself: the ARN of the key, after Terraform made it');
    }
    checkRegion(path, 'region', props.region);
    this.checkKey(props.keyArn, props.region);
    this.name = props.name ?? 'aws-encryption-provider';
    this.socketPath = props.socketPath ?? ControlPlanePaths.KMS_SOCKET;
    this.healthPort = props.healthPort ?? 8083;
    checkDnsLabel(path, 'name', this.name);
    checkSocketPath(path, 'socketPath', this.socketPath);
    checkInteger(path, 'healthPort', this.healthPort, 1024, 65535, 'the process has no capability to bind a port below 1024');
    this.fileName = `${this.name}.yaml`;
    this.props = props;
    this.node.addValidation({ validate: () => this.unreachable() });
  }

  public toObject(): Record<string, unknown> {
    const directory = posix.dirname(this.socketPath);
    const probe = (check: string): HttpGetAction => ({ host: '127.0.0.1', path: check, port: IntOrString.fromNumber(this.healthPort) });
    return KubePod.manifest({
      metadata: { name: this.name, namespace: 'kube-system', labels: { 'app.kubernetes.io/name': this.name, 'tier': 'control-plane' } },
      spec: {
        // Static pods can't have a service account.
        automountServiceAccountToken: false,
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        priority: SYSTEM_NODE_CRITICAL,
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'aws-encryption-provider',
          image: this.props.image,
          command: [
            '/aws-encryption-provider',
            `--key=${this.props.keyArn}`,
            `--region=${this.props.region}`,
            `--listen=${this.socketPath}`,
            // Loopback: the same port serves metrics, and whatever else is on the network needs neither.
            `--health-port=127.0.0.1:${this.healthPort}`,
          ],
          // /livez stays good while KMS throttles or refuses: a restart would only take the socket away.
          livenessProbe: { httpGet: probe('/livez'), initialDelaySeconds: 10, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 },
          readinessProbe: { httpGet: probe('/healthz'), periodSeconds: 30, timeoutSeconds: 10 },
          resources: {
            requests: { cpu: Quantity.fromString('50m'), memory: Quantity.fromString('64Mi') },
            limits: { memory: Quantity.fromString('256Mi') },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsUser: 0,
            runAsGroup: 0,
          },
          volumeMounts: [{ name: 'socket', mountPath: directory }],
        }],
        volumes: [{ name: 'socket', hostPath: { path: directory, type: 'DirectoryOrCreate' } }],
      },
    }) as Record<string, unknown>;
  }

  private checkKey(keyArn: string, region: string): void {
    const path = this.node.path;
    checkArn(path, 'keyArn', keyArn, 'kms');
    const [, , , keyRegion, , resource] = keyArn.split(':');
    if (!/^key\/(mrk-)?[0-9a-f-]+$/.test(resource)) {
      throw Errors.refused(path, 'keyArn is not the ARN of a key', keyArn, 'control EN1, 45 CFR 164.312(a)(2)(iv): an alias can move to another key, and every object becomes unreadable', "use the key's own ARN: 'arn:aws:kms:us-east-1:123456789012:key/...'");
    }
    if (keyRegion !== region) throw Errors.refused(path, 'the key is of another region', region, `AWS KMS: a key is used in its own region, ${keyRegion}`, `use region '${keyRegion}', or the ARN of the replica in '${region}'`);
  }

  /** A plugin that no provider calls encrypts nothing, however healthy it looks. */
  private unreachable(): string[] {
    const configurations = ControlPlaneFile.filesOf(this.node.root).filter((file) => file instanceof EncryptionConfiguration);
    const sockets = configurations.flatMap((configuration) => configuration.socketPaths);
    if (configurations.length === 0 || sockets.includes(this.socketPath)) return [];
    return [describe({
      path: this.node.path,
      problem: 'no provider of the EncryptionConfiguration calls this socket',
      value: this.socketPath,
      rule: 'control EN1, 45 CFR 164.312(a)(2)(iv)',
      remedy: `listen on one of ${sockets.join(', ')}, or name this socket as a provider's endpoint`,
    })];
  }
}
