import { Errors } from '../profile/errors';
import { Control } from './control';

/** A paragraph of the Security Rule, 45 CFR part 164. */
export interface Citation {
  /** The paragraph, without its part: `312(b)` is 45 CFR 164.312(b). */
  readonly paragraph: string;
  /** Required, or addressable: implemented, or its absence documented with what stands in its place. */
  readonly required: boolean;
}

/** One control: what the law and the benchmarks say of it, and how this library verifies it. */
export interface ControlDefinition {
  readonly id: Control;
  readonly title: string;
  readonly citations: readonly Citation[];
  /** Recommendations of the CIS Kubernetes Benchmark 1.12. */
  readonly cis: readonly string[];
  /** Recommendations of the CIS EKS Benchmark 1.8. */
  readonly cisEks: readonly string[];
  /** Controls of NIST SP 800-53 revision 5. */
  readonly nist: readonly string[];
  /** Whether the control is met only where every PHI namespace has an object of its own that enforces it. */
  readonly perPhiNamespace?: boolean;
  /** Controls without which this one is text that nothing enforces. */
  readonly restsOn?: readonly Control[];
  /** What is checked on the synthesized output. */
  readonly atSynth: string;
  /** What proves it on a running cluster or account. */
  readonly live: string;
}

const required = (paragraph: string): Citation => ({ paragraph, required: true });
const addressable = (paragraph: string): Citation => ({ paragraph, required: false });

/** Every control, in the order of the evidence. */
export const CATALOGUE: readonly ControlDefinition[] = [
  { id: Control.AU1_AUDIT_POLICY, title: 'API audit policy', citations: [required('312(b)')], cis: ['3.2.1', '3.2.2'], cisEks: ['2.1.1'], nist: ['AU-12'], atSynth: 'the level at which sensitive requests are logged', live: 'find own event' },
  { id: Control.AU2_NO_BODIES, title: 'No request bodies of secret-bearing resources', citations: [required('312(a)(1)')], cis: ['3.2.2'], cisEks: [], nist: ['AU-3'], atSynth: 'the highest level for resources with secret bodies', live: 'grep sentinel' },
  { id: Control.AU3_LOG_FLAGS, title: 'Audit log flags and rotation', citations: [required('312(b)')], cis: ['1.2.16', '1.2.17', '1.2.18', '1.2.19'], cisEks: [], nist: ['AU-4'], atSynth: 'flags and mounts of the API server', live: 'kube-bench' },
  { id: Control.AU4_OFF_CLUSTER, title: 'Audit log leaves the cluster', citations: [required('312(b)')], cis: [], cisEks: ['2.1.2'], nist: ['AU-9(2)'], atSynth: 'the source of the log reaches a sink outside the cluster', live: 'object age' },
  { id: Control.AU5_WORM_6Y, title: 'Audit log write-once for six years', citations: [required('316(b)(2)(i)')], cis: [], cisEks: [], nist: ['AU-11'], atSynth: 'Object Lock in COMPLIANCE mode for at least 2192 days', live: 'get-retention' },
  { id: Control.AU6_LOG_GROUP, title: 'Audit log group encrypted and retained', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['AU-9'], atSynth: 'a retention that CloudWatch offers and a customer key', live: 'describe' },
  { id: Control.AU7_REVIEW, title: 'Activity review', citations: [required('308(a)(1)(ii)(D)')], cis: [], cisEks: [], nist: ['AU-6'], restsOn: [Control.IR1_INCIDENT], atSynth: 'alarms have an action', live: 'fire one' },
  { id: Control.AU8_LOGIN_MONITOR, title: 'Log-in monitoring', citations: [addressable('308(a)(5)(ii)(C)')], cis: [], cisEks: [], nist: ['AC-7'], restsOn: [Control.IR1_INCIDENT], atSynth: 'a metric filter on refused log-ins is set', live: 'bad login' },
  { id: Control.AU9_RUNTIME, title: 'Runtime detection', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['SI-4'], restsOn: [Control.IR1_INCIDENT], atSynth: 'the detector is present', live: 'trigger rule' },
  { id: Control.AU10_NODE_AUDIT, title: 'Node audit', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['AU-12'], atSynth: 'audit rules are set', live: 'auditctl' },
  { id: Control.AU11_CLOUD_TRAIL, title: 'Cloud trail', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['AU-2'], atSynth: 'event selectors', live: 'lookup' },
  { id: Control.AU12_CLOCK, title: 'Clock synchronisation', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['AU-8'], atSynth: 'time source configured', live: 'tracking' },
  { id: Control.AC1_UNIQUE_ID, title: 'Unique user identification', citations: [required('312(a)(2)(i)')], cis: ['3.1.1', '3.1.2', '3.1.3'], cisEks: [], nist: ['IA-2'], atSynth: 'session names identify a person', live: 'audit user' },
  { id: Control.AC2_MFA, title: 'Multi-factor authentication', citations: [required('312(d)')], cis: [], cisEks: [], nist: ['IA-2(1)'], atSynth: 'the condition on MFA', live: 'no-MFA denied' },
  { id: Control.AC3_LEAST_PRIVILEGE, title: 'Least privilege', citations: [addressable('308(a)(4)(ii)(B)')], cis: ['5.1.1', '5.1.2', '5.1.3', '5.1.4'], cisEks: ['4.1.1', '4.1.2', '4.1.3', '4.1.4'], nist: ['AC-6'], perPhiNamespace: true, atSynth: 'who can do what, by role', live: 'can-i' },
  { id: Control.AC4_ESCALATION, title: 'No privilege escalation', citations: [required('312(a)(1)')], cis: ['5.1.8', '5.1.9', '5.1.10', '5.1.11', '5.1.12', '5.1.13'], cisEks: ['4.1.8', '4.1.9', '4.1.10', '4.1.11', '4.1.12'], nist: ['AC-6'], atSynth: 'no forbidden permission is granted', live: 'can-i' },
  { id: Control.AC5_EXEC, title: 'Exec, attach and port-forward restricted', citations: [required('312(a)(1)')], cis: [], cisEks: [], nist: ['AC-3'], atSynth: 'neither get nor create of pods/exec and its kin', live: 'can-i' },
  { id: Control.AC6_BREAK_GLASS, title: 'Emergency access', citations: [required('312(a)(2)(ii)')], cis: [], cisEks: [], nist: ['AC-2'], restsOn: [Control.IR1_INCIDENT], atSynth: 'the emergency role is alarmed', live: 'drill' },
  { id: Control.AC7_LOGOFF, title: 'Automatic logoff', citations: [addressable('312(a)(2)(iii)')], cis: ['4.2.5'], cisEks: [], nist: ['AC-12'], atSynth: 'sessions last an hour or less', live: 'expired 401' },
  { id: Control.AC8_RECORDING, title: 'Session recording', citations: [required('312(b)')], cis: [], cisEks: [], nist: ['AU-14'], atSynth: 'the recording is encrypted', live: 'replay' },
  { id: Control.AC9_PRIVATE_API, title: 'Private API endpoint', citations: [required('312(e)(1)')], cis: [], cisEks: ['5.4.1', '5.4.2'], nist: ['SC-7'], atSynth: 'the public endpoint is off', live: 'probe' },
  { id: Control.AC10_API_AUTH_MODE, title: 'API authentication mode', citations: [required('312(a)(1)')], cis: [], cisEks: ['4.1.7'], nist: ['AC-2'], atSynth: 'API mode, no administrator by creation', live: 'list' },
  { id: Control.AC11_WORKLOAD_ID, title: 'Workload identity', citations: [required('312(a)(1)')], cis: [], cisEks: ['5.2.1'], nist: ['IA-9'], atSynth: 'the subject and audience conditions', live: 'STS' },
  { id: Control.AC12_SA_TOKENS, title: 'Service account tokens', citations: [required('312(a)(1)')], cis: ['5.1.5', '5.1.6'], cisEks: [], nist: ['IA-5'], perPhiNamespace: true, atSynth: 'automount is off', live: 'inspect' },
  { id: Control.AC13_NAMESPACES, title: 'PHI namespaces', citations: [required('308(a)(4)(i)')], cis: ['5.6.1', '5.6.4'], cisEks: [], nist: ['SC-2'], perPhiNamespace: true, atSynth: 'namespaces carry the PHI label', live: 'list' },
  { id: Control.AC14_ANONYMOUS, title: 'Anonymous access', citations: [required('312(d)')], cis: ['1.2.1', '4.2.1'], cisEks: [], nist: ['IA-2'], atSynth: 'anonymous requests are scoped', live: 'curl' },
  { id: Control.EN1_API_DATA, title: 'Encryption of API data', citations: [addressable('312(a)(2)(iv)')], cis: ['1.2.27', '1.2.28'], cisEks: ['5.3.1'], nist: ['SC-28'], atSynth: 'order and form of the providers, or the cluster key', live: 'etcd prefix' },
  { id: Control.EN2_KEY_POLICY, title: 'Key policy and rotation', citations: [addressable('312(a)(2)(iv)')], cis: [], cisEks: [], nist: ['SC-12'], atSynth: 'rotation and named principals', live: 'describe' },
  { id: Control.EN3_VOLUMES, title: 'Encryption of volumes', citations: [addressable('312(a)(2)(iv)')], cis: [], cisEks: [], nist: ['SC-28'], atSynth: 'storage classes are encrypted', live: 'describe' },
  { id: Control.EN4_BUCKET_KMS, title: 'Bucket encryption with a customer key', citations: [addressable('312(a)(2)(iv)')], cis: [], cisEks: [], nist: ['SC-28'], atSynth: 'the default encryption names a customer key', live: 'head' },
  { id: Control.EN5_KEY_LOSS, title: 'Protection from key loss', citations: [required('308(a)(7)(i)')], cis: [], cisEks: [], nist: ['CP-9'], atSynth: 'deletion is denied and waits 30 days', live: 'simulate' },
  { id: Control.TX1_INGRESS, title: 'TLS for ingress', citations: [addressable('312(e)(2)(ii)')], cis: [], cisEks: ['5.4.5'], nist: ['SC-8'], atSynth: 'TLS covers every host', live: 'handshake' },
  { id: Control.TX2_MTLS, title: 'Mutual TLS between workloads', citations: [addressable('312(e)(2)(ii)')], cis: [], cisEks: [], nist: ['SC-8(1)'], perPhiNamespace: true, atSynth: 'mode STRICT', live: 'plaintext fails' },
  { id: Control.TX3_CONTROL_TLS, title: 'TLS of the control plane', citations: [addressable('312(e)(2)(i)')], cis: ['1.2.24', '1.2.25', '1.2.26', '1.2.29', '2.x'], cisEks: [], nist: ['SC-8'], atSynth: 'ciphers and TLS version', live: 'kube-bench' },
  { id: Control.TX4_TLS_BUCKET, title: 'TLS to the archive bucket', citations: [required('312(e)(1)')], cis: [], cisEks: [], nist: ['SC-8'], atSynth: 'insecure transport is denied', live: 'http denied' },
  { id: Control.NW1_DENY_ALL, title: 'Default deny', citations: [required('312(a)(1)')], cis: ['5.3.2'], cisEks: ['4.3.2'], nist: ['SC-7(5)'], perPhiNamespace: true, restsOn: [Control.NW2_ENFORCER], atSynth: 'a policy in every PHI namespace', live: 'probe' },
  { id: Control.NW2_ENFORCER, title: 'Network policy enforcer', citations: [required('312(a)(1)')], cis: ['5.3.1'], cisEks: ['4.3.1'], nist: ['SC-7'], atSynth: 'an enforcer is declared and on', live: 'canary' },
  { id: Control.NW3_EGRESS_DNS, title: 'Egress and DNS', citations: [required('312(a)(1)')], cis: [], cisEks: [], nist: ['SC-7'], perPhiNamespace: true, restsOn: [Control.NW2_ENFORCER], atSynth: 'DNS only, no metadata service', live: 'probe' },
  { id: Control.NW4_IMDS, title: 'Instance metadata service', citations: [required('312(a)(1)')], cis: [], cisEks: [], nist: ['AC-4'], atSynth: 'IMDSv2 with hop limit 1', live: 'curl' },
  { id: Control.PS1_PSA, title: 'Pod Security restricted', citations: [required('312(a)(1)')], cis: ['5.2.2', '5.2.3', '5.2.4', '5.2.5', '5.2.6', '5.2.7', '5.2.8', '5.2.9', '5.2.10', '5.2.11', '5.2.12', '5.6.2'], cisEks: ['4.2.1', '4.2.2', '4.2.3', '4.2.4', '4.2.5'], nist: ['CM-7'], perPhiNamespace: true, atSynth: 'labels are there and the version is pinned', live: 'dry-run' },
  { id: Control.PS2_FAIL_CLOSED, title: 'Admission fails closed', citations: [required('312(c)(1)')], cis: ['5.2.1'], cisEks: [], nist: ['CM-3'], atSynth: 'failure policy Fail', live: 'kill pods' },
  { id: Control.PS3_SUPPLY_CHAIN, title: 'Software supply chain', citations: [addressable('308(a)(5)(ii)(B)')], cis: ['5.5.1'], cisEks: ['5.1.1', '5.1.2', '5.1.3', '5.1.4'], nist: ['SR-4'], atSynth: 'registries are set and signatures verified', live: 'unsigned denied' },
  { id: Control.PS4_SECRETS, title: 'Secrets by reference', citations: [required('312(a)(1)')], cis: ['5.4.1', '5.4.2'], cisEks: ['4.4.1', '4.4.2'], nist: ['IA-5'], atSynth: 'no secret in environment variables', live: 'etcd empty' },
  { id: Control.PS5_QUOTAS, title: 'Quotas', citations: [required('306(a)(1)')], cis: [], cisEks: [], nist: ['SC-6'], perPhiNamespace: true, atSynth: 'quotas exist', live: 'exceed' },
  { id: Control.PS6_NODES, title: 'Node hardening', citations: [required('306(a)')], cis: ['4.x'], cisEks: ['3.x'], nist: ['CM-6'], atSynth: 'image and kubelet settings', live: 'kube-bench' },
  { id: Control.CP1_BACKUP, title: 'Backup', citations: [required('308(a)(7)(ii)(A)')], cis: [], cisEks: [], nist: ['CP-9'], atSynth: 'the schedule covers the PHI namespaces', live: 'restore' },
  { id: Control.CP2_DR, title: 'Disaster recovery objectives', citations: [required('308(a)(7)(ii)(B)')], cis: [], cisEks: [], nist: ['CP-10'], atSynth: 'the interval is within the recovery point', live: 'drill' },
  { id: Control.CP3_TEST, title: 'Restore test', citations: [addressable('308(a)(7)(ii)(D)')], cis: [], cisEks: [], nist: ['CP-4'], atSynth: 'the date of the last test', live: 'record' },
  { id: Control.CP4_REPLICA, title: 'Replica in another region', citations: [addressable('310(d)(2)(iv)')], cis: [], cisEks: [], nist: ['CP-6'], atSynth: 'the replica is in another region', live: 'status' },
  { id: Control.IR1_INCIDENT, title: 'Incident response', citations: [required('308(a)(6)(ii)')], cis: [], cisEks: [], nist: ['IR-4'], atSynth: 'the topic has a subscriber', live: 'page' },
  { id: Control.EV1_EVIDENCE, title: 'Evidence', citations: [required('316(b)(1)'), required('308(a)(8)')], cis: [], cisEks: [], nist: ['CA-2'], atSynth: 'every control has an answer', live: 'resource' },
  { id: Control.EV2_ATTEST, title: 'Risk analysis, business associates, disposal', citations: [required('308(a)(1)(ii)(A)'), required('308(b)(1)'), required('310(d)(2)(i)')], cis: [], cisEks: [], nist: ['RA-3'], atSynth: 'an owner and a date, or unattested', live: 'unattested' },
];

const BY_ID: ReadonlyMap<Control, ControlDefinition> = new Map(CATALOGUE.map((definition) => [definition.id, definition]));

/**
 * The definition of a control.
 *
 * @throws where the catalogue has no such control.
 */
export function definitionOf(control: Control): ControlDefinition {
  const definition = BY_ID.get(control);
  if (!definition) throw Errors.refused('CATALOGUE', 'no such control', control, 'the catalogue of controls', `use one of: ${CATALOGUE.map((known) => known.id).join(', ')}`);
  return definition;
}

/** A control as errors and documents cite it: `NW1 Default deny (45 CFR 164.312(a)(1), required)`. */
export function cite(control: Control): string {
  const { id, title, citations } = definitionOf(control);
  return `${id} ${title} (${citations.map((c) => `45 CFR 164.${c.paragraph}, ${c.required ? 'required' : 'addressable'}`).join('; ')})`;
}
