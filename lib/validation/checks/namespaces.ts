import { Control } from '../../controls/control';
import type { Check } from '../check';
import { at } from '../content';
import { environmentsApart } from '../network/environment-separation';
import { tokenMounts } from '../token-mounts';

const MODES = ['enforce', 'audit', 'warn'];

/** What is checked on namespaces and their ServiceAccounts. */
export const NAMESPACE_CHECKS: readonly Check[] = [
  {
    control: Control.AC13_NAMESPACES,
    kind: 'Namespace',
    check: (object, context) => (at(object.content, 'metadata', 'labels', 'cdk8s-hipaa/data-classification') === 'phi'
      ? environmentsApart(object, context)
      : 'the namespace does not carry the label cdk8s-hipaa/data-classification: phi'),
  },
  {
    control: Control.PS1_PSA,
    kind: 'Namespace',
    check: (object, { profile }) => {
      for (const mode of MODES) {
        const label = `pod-security.kubernetes.io/${mode}`;
        if (at(object.content, 'metadata', 'labels', label) !== 'restricted') return `the label ${label} is not restricted`;
        const version = `v${profile.platform.version.version}`;
        if (at(object.content, 'metadata', 'labels', `${label}-version`) !== version) return `the label ${label}-version is not the cluster's ${version}`;
      }
      return undefined;
    },
  },
  {
    control: Control.AC12_SA_TOKENS,
    kind: 'ServiceAccount',
    check: (object, context) => (at(object.content, 'automountServiceAccountToken') === false ? tokenMounts(object, context) : 'automountServiceAccountToken is not false'),
  },
];
