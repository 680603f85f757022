import { Control } from '../../../controls/control';
import type { AdmissionPolicy } from '../../admission-policy';

const STRINGS = { type: 'array', items: { type: 'string' } };

export const INTERACTIVE_ACCESS: AdmissionPolicy = {
  id: 'interactive-access',
  folder: __dirname,
  kind: 'HipaaInteractiveAccess',
  defaultName: 'hipaa-interactive-access',
  purpose: 'Nobody reaches into a running pod but by breaking the glass.',
  control: Control.AC5_EXEC,
  citation: '45 CFR 164.312(a)(1)',
  libraries: ['review'],
  cel: [],
  parameters: { groups: STRINGS, users: STRINGS, sessions: STRINGS },
  matches: [{ apiGroups: [''], kinds: ['PodAttachOptions', 'PodExecOptions', 'PodPortForwardOptions', 'PodProxyOptions', 'ServiceProxyOptions', 'Pod'] }],
  operations: ['CONNECT', 'UPDATE'],
};
