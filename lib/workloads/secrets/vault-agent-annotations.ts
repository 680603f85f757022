import { Duration } from 'cdk8s';
import type { Volume } from 'cdk8s-plus-28/lib/imports/k8s';
import { checkDnsSubdomain, checkFields, checkHttpsAddress, checkImageDigest, checkInteger, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkVaultPath } from './vault-secrets-source';

/** One secret that Vault Agent writes into a file below /vault/secrets. */
export interface VaultAgentSecret {
  /** Name of the file, in lower case. */
  readonly file: string;
  /** Path in Vault: `secret/data/patient-portal/db` for version 2 of the key-value engine. */
  readonly path: string;
  /** Template of the file, in Vault Agent's own language. @default - Vault's response as Go prints it, which few programs read */
  readonly template?: string;
}

export interface VaultAgentAnnotationsProps {
  /** Address of Vault, over https. */
  readonly address: string;
  /** Role of Vault's auth method, bound to the pod's namespace and service account and to the token's audience: it is who reads. */
  readonly role: string;
  /** Image of Vault by digest, from a registry that you approve: it runs in the pod. */
  readonly image: string;
  /** At least one. */
  readonly secrets: readonly VaultAgentSecret[];
  /** Path of the auth method. @default auth/kubernetes */
  readonly authPath?: string;
  /** Namespace of Vault Enterprise. @default - none */
  readonly vaultNamespace?: string;
  /** Secret of the pod's namespace whose `ca.crt` signed Vault's certificate. @default - the CAs of the image */
  readonly caSecret?: string;
  /** Name that Vault's certificate is checked for. @default - the host of the address */
  readonly tlsServerName?: string;
  /** Writes the files once, before the pod's containers start, and runs no agent beside them: nothing rotates. @default false */
  readonly prePopulateOnly?: boolean;
  /** How often secrets without a lease are read again: a minute to a day. @default - five minutes */
  readonly renderInterval?: Duration;
  /** User of the agent's containers, other than root. @default 100 */
  readonly runAsUser?: number;
  /** Group of the agent's containers, other than root. @default 1000 */
  readonly runAsGroup?: number;
  /** Audience of the token that the agent shows to Vault. @default vault */
  readonly audience?: string;
}

const FIELDS = ['address', 'role', 'image', 'secrets', 'authPath', 'vaultNamespace', 'caSecret', 'tlsServerName', 'prePopulateOnly', 'renderInterval', 'runAsUser', 'runAsGroup', 'audience'];
const PATH = 'VaultAgentAnnotations';
const PREFIX = 'vault.hashicorp.com';
const TOKEN_VOLUME = 'vault-token';
/** The injector drops capabilities and root, and says nothing of seccomp. */
const SECCOMP = JSON.stringify([{ op: 'add', path: '/securityContext/seccompProfile', value: { type: 'RuntimeDefault' } }]);

/**
 * Annotations of a pod by which HashiCorp Vault's injector adds an agent that writes secrets into the pod's memory, as files below /vault/secrets.
 *
 * Serves control PS4, 45 CFR 164.312(a)(1): no Secret of the cluster holds them. The agent's containers meet the restricted Pod Security Standard by what is
 * written here: the injector's security context (no root, no capability, no escalation, read-only root) is asked for by name, and the seccomp profile, which the
 * injector leaves out, is patched in (vault-k8s 1.1 and later). Vault's certificate is checked, and the token of Vault itself is never written for the program
 * (`agent-inject-token`). The agent authenticates with a short-lived token of the pod's service account that is made for Vault alone, so that
 * `automountServiceAccountToken` stays false: add `tokenVolume()` to the pod. A hardened workload does both by itself (`vault`).
 *
 * The injector's webhook has to be installed, and pods need a flow to Vault. Where the webhook fails open (the chart's default), a pod starts without its secrets.
 *
 * @example
 *   const vault = new VaultAgentAnnotations({
 *     address: 'https://vault.example.com:8200',
 *     role: 'patient-portal',
 *     image: `registry.example.com/vault@sha256:${'0'.repeat(64)}`,
 *     secrets: [{ file: 'db', path: 'secret/data/patient-portal/db', template: '{{ with secret "secret/data/patient-portal/db" }}{{ .Data.data.password }}{{ end }}' }],
 *   });
 *   const podTemplate = { metadata: { annotations: vault.annotations() }, spec: { volumes: [vault.tokenVolume()] } };
 */
export class VaultAgentAnnotations {
  private readonly props: VaultAgentAnnotationsProps;
  private readonly renderInterval: Duration;

  public constructor(props: VaultAgentAnnotationsProps) {
    checkFields(PATH, props, FIELDS, 'HashiCorp Vault Agent Injector, annotations');
    checkHttpsAddress(PATH, 'address', props.address);
    checkText(PATH, 'role', props.role);
    checkImageDigest(PATH, 'image', props.image);
    checkSecrets(props.secrets);
    if (props.authPath !== undefined) checkVaultPath(PATH, 'authPath', props.authPath);
    if (props.caSecret !== undefined) checkDnsSubdomain(PATH, 'caSecret', props.caSecret);
    for (const prop of ['vaultNamespace', 'tlsServerName', 'audience'] as const) if (props[prop] !== undefined) checkText(PATH, prop, props[prop]);
    for (const prop of ['runAsUser', 'runAsGroup'] as const) {
      if (props[prop] !== undefined) checkInteger(PATH, prop, props[prop], 1, 2147483647, 'control PS1, 45 CFR 164.312(a)(1): Pod Security restricted, runAsNonRoot');
    }
    this.renderInterval = props.renderInterval ?? Duration.minutes(5);
    if (!(this.renderInterval instanceof Duration)) throw Errors.refused(PATH, 'renderInterval is no Duration', this.renderInterval, 'cdk8s, Duration', 'use Duration.minutes(5)');
    checkInteger(PATH, 'renderInterval in seconds', this.renderInterval.toSeconds(), 60, 86400, 'control PS4, 45 CFR 164.312(a)(1): a rotated secret reaches its pod within a day');
    this.props = Object.freeze({ ...props, secrets: Object.freeze([...props.secrets]) });
  }

  /** Image of the agent. */
  public get image(): string {
    return this.props.image;
  }

  /** Whether the files are written once, and no agent runs beside the pod's containers. */
  public get prePopulateOnly(): boolean {
    return this.props.prePopulateOnly === true;
  }

  /** For the metadata of a pod or of a pod's template; with cdk8s-plus, one by one: `deployment.podMetadata.addAnnotation(name, value)`. */
  public annotations(): Record<string, string> {
    const { address, role, image, secrets, authPath, vaultNamespace, caSecret, tlsServerName, prePopulateOnly, runAsUser, runAsGroup } = this.props;
    const annotations: Record<string, string | undefined> = {
      'agent-inject': 'true',
      'agent-image': image,
      service: address,
      role,
      'auth-path': authPath ?? 'auth/kubernetes',
      namespace: vaultNamespace,
      'tls-skip-verify': 'false',
      'tls-secret': caSecret,
      // Where the injector mounts that Secret.
      'ca-cert': caSecret === undefined ? undefined : '/vault/tls/ca.crt',
      'tls-server-name': tlsServerName,
      'agent-inject-token': 'false',
      'agent-service-account-token-volume-name': TOKEN_VOLUME,
      'agent-pre-populate-only': String(prePopulateOnly === true),
      'agent-revoke-on-shutdown': 'true',
      'template-static-secret-render-interval': `${this.renderInterval.toSeconds()}s`,
      'agent-set-security-context': 'true',
      'agent-run-as-same-user': 'false',
      'agent-run-as-user': String(runAsUser ?? 100),
      'agent-run-as-group': String(runAsGroup ?? 1000),
      'agent-json-patch': SECCOMP,
      'agent-init-json-patch': SECCOMP,
      'agent-requests-cpu': '50m',
      'agent-requests-mem': '64Mi',
      'agent-limits-cpu': '250m',
      'agent-limits-mem': '128Mi',
      // What its containers write is their log; the secrets are in memory.
      'agent-requests-ephemeral': '32Mi',
      'agent-limits-ephemeral': '128Mi',
    };
    for (const { file, path, template } of secrets) {
      annotations[`agent-inject-secret-${file}`] = path;
      annotations[`agent-inject-template-${file}`] = template;
    }
    return Object.fromEntries(Object.entries(annotations).flatMap(([name, value]) => (value === undefined ? [] : [[`${PREFIX}/${name}`, value]])));
  }

  /** The token that the agent shows to Vault, as a volume of the pod; kubelet renews it. No container of yours has to mount it. */
  public tokenVolume(): Volume {
    return { name: TOKEN_VOLUME, projected: { sources: [{ serviceAccountToken: { audience: this.props.audience ?? 'vault', expirationSeconds: 3600, path: 'token' } }] } };
  }
}

function checkSecrets(secrets: readonly VaultAgentSecret[]): void {
  if (!Array.isArray(secrets) || secrets.length === 0) throw Errors.missing(PATH, 'secrets', 'name at least one secret');
  const seen = new Set<string>();
  for (const secret of secrets as readonly VaultAgentSecret[]) {
    checkFields(PATH, secret, ['file', 'path', 'template'], 'HashiCorp Vault Agent Injector, annotations');
    // Part of an annotation's name, of which 63 characters are allowed; the injector reads it in lower case.
    if (typeof secret.file !== 'string' || !/^[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?$/.test(secret.file)) {
      throw Errors.refused(PATH, 'file is no name that an annotation takes', secret.file, 'HashiCorp Vault Agent Injector, agent-inject-secret-<name>', 'use at most 40 of a-z, 0-9, ., - and _');
    }
    if (seen.has(secret.file)) throw Errors.refused(PATH, 'two secrets have one file', secret.file, 'the second would replace the first', 'give each a file of its own');
    seen.add(secret.file);
    checkVaultPath(PATH, 'path', secret.path);
    if (secret.template !== undefined) checkText(PATH, 'template', secret.template);
  }
}
