import { describeRequest, findBrokenGuarantee } from '../../audit/audit-guarantees';
import type { PolicyDocument } from '../../audit/audit-level';
import { Control } from '../../controls/control';
import type { Check } from '../check';
import { at, listAt } from '../content';

/** What is checked on the files of a self-managed control plane. */
export const CONTROL_PLANE_CHECKS: readonly Check[] = [
  ...[Control.AU1_AUDIT_POLICY, Control.AU2_NO_BODIES].map((control): Check => ({
    control,
    kind: 'Policy',
    check: ({ content }, { profile }) => {
      const policy = content as unknown as PolicyDocument;
      const last = policy.rules?.at(-1);
      if (!last || last.level === 'None' || Object.keys(last).some((field) => field !== 'level' && field !== 'omitStages')) return 'the policy does not end with a rule that records everything else';
      const broken = findBrokenGuarantee(policy, profile.phiNamespaces.map((namespace) => namespace.name), policy.rules.length);
      return broken && `rule ${broken.rule} decides wrongly on ${describeRequest(broken.request)} (${broken.what}: ${broken.problem})`;
    },
  })),
  {
    control: Control.EN1_API_DATA,
    kind: 'EncryptionConfiguration',
    check: ({ content }) => {
      const entry = listAt(content, 'resources').find((resource) => listAt(resource, 'resources').includes('secrets'));
      if (!entry) return 'Secrets are not among the encrypted resources';
      const providers = listAt(entry, 'providers');
      if (at(providers[0], 'kms', 'apiVersion') !== 'v2') return 'the first provider, which encrypts, is no KMS v2 plugin';
      return providers.some((provider) => at(provider, 'identity') !== undefined) ? 'the identity provider still accepts plaintext' : undefined;
    },
  },
  {
    control: Control.AU3_LOG_FLAGS,
    kind: 'ClusterConfiguration',
    check: ({ content }) => {
      const flags = flagsOf(content);
      const missing = ['audit-policy-file', 'audit-log-path', 'audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'].filter((flag) => !flags.get(flag));
      if (missing.length > 0) return `the API server has no --${missing.join(', --')}`;
      const mounts = listAt(content, 'apiServer', 'extraVolumes').map((volume) => String(at(volume, 'mountPath')));
      const unmounted = [flags.get('audit-policy-file')!, flags.get('audit-log-path')!].find((file) => !mounts.some((mount) => file === mount || file.startsWith(`${mount}/`)));
      return unmounted && `nothing mounts ${unmounted} into the API server's pod`;
    },
  },
];

/** kubeadm writes flags as a map before v1beta4, and as a list since. */
function flagsOf(content: unknown): Map<string, string> {
  const args = at(content, 'apiServer', 'extraArgs');
  if (Array.isArray(args)) return new Map(args.map((arg) => [String(at(arg, 'name')), String(at(arg, 'value'))]));
  return new Map(Object.entries((args ?? {}) as Record<string, string>));
}
