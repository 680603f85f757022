import { Chart, Testing } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { AllowPodIdentity, type AllowPodIdentityProps } from '../../lib/network/allow-pod-identity';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../lib/network/dns-egress-policy';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { Environment } from '../../lib/profile/environment';
import { CheckContext } from '../../lib/validation/check-context';
import { PolicySet } from '../../lib/validation/network/policy-set';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator, type Endpoint } from '../support/network-evaluator';
import { eksProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const PROD = 'healthcare-prod';
const from: WorkloadPeer = { namespace: PROD, podLabels: { 'app.kubernetes.io/name': 'exporter' } };
const synth = (changes: object = {}) => synthChart((chart) => new AllowPodIdentity(chart, 'Identity', { from, ...changes }));

describe('AllowPodIdentity', () => {
  test('opens the agent of the node, by its two addresses, to one workload', () => {
    const [policy] = synth();

    expect(policy.spec).toEqual({
      podSelector: { matchLabels: from.podLabels },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: [{ port: 80, protocol: 'TCP' }] }],
    });
    expect(schemaFindings(policy)).toEqual([]);
    expect(policy.metadata).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const every: Required<AllowPodIdentityProps> & { from: Required<WorkloadPeer> } = { from: { ...from, environment: Environment.PROD, port: 8443, serviceAccount: 'exporter' }, name: 'own' };
    const [policy] = synth(every);

    expect(policy.metadata).toEqual({ name: 'own', namespace: PROD });
    expect(policy.spec).toEqual(synth()[0].spec);
  });

  test('has a name of its own for each workload, whatever the order of its labels', () => {
    const nameOf = (podLabels: Record<string, string>) => synth({ from: { ...from, podLabels } })[0].metadata.name;

    expect(nameOf({ a: '1', b: '2' })).toBe(nameOf({ b: '2', a: '1' }));
    expect(nameOf({ app: 'api_v1' })).not.toBe(nameOf({ app: 'api.v1' }));
    expect(nameOf({ app: 'a'.repeat(63) }).length).toBeLessThanOrEqual(63);
  });

  test('claims no control: it opens what default deny closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AllowPodIdentity(chart, 'Identity', { from });
    expect(claimsBelow(chart)).toEqual([]);
  });

  const network = new NetworkEvaluator(synthChart((chart) => {
    new DefaultDenyPolicy(chart, 'Deny', { namespace: PROD });
    new AllowPodIdentity(chart, 'Identity', { from });
  }));
  const exporter: Endpoint = { namespace: PROD, labels: { ...from.podLabels } };
  const ip = (address: string): Endpoint => ({ ip: address });
  test.each<[string, Endpoint, Endpoint, number, boolean]>([
    ['the workload', exporter, ip('169.254.170.23'), 80, true],
    ['the workload over IPv6', exporter, ip('fd00:ec2::23'), 80, true],
    ['the metadata service of the node', exporter, ip('169.254.169.254'), 80, false],
    ['the metadata service of the node over IPv6', exporter, ip('fd00:ec2::254'), 80, false],
    ['another port', exporter, ip('169.254.170.23'), 2703, false],
    ['an address beside it', exporter, ip('169.254.170.22'), 80, false],
    ['another pod', { namespace: PROD, labels: { 'app.kubernetes.io/name': 'api' } }, ip('169.254.170.23'), 80, false],
    ['a pod without labels', { namespace: PROD, labels: {} }, ip('169.254.170.23'), 80, false],
    ['the agent calls back', ip('169.254.170.23'), exporter, 80, false],
  ])('%s', (_what, source, to, port, allowed) => {
    expect(network.allows({ from: source, to, port })).toBe(allowed);
  });

  test.each<[string, object, unknown, string, string]>([
    ['nobody', { from: undefined }, undefined, 'from is required', 'name the workload'],
    ['every pod', { from: { ...from, podLabels: {} } }, {}, 'an empty selector selects every object', 'at least one label'],
    ['a bad namespace', { from: { ...from, namespace: 'a.b' } }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'Own' }, 'Own', 'RFC 1123 subdomain', 'use at most'],
    ['an unknown field', { cidrs: ['169.254.169.254/32'] }, 'cidrs', 'AC11', 'from, name'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Identity', value, rule, remedy });
  });
});

describe('what is judged at synth beside it', () => {
  const profile = eksProfile({ phiNamespaces: [{ name: PROD, environment: Environment.PROD }] });
  const app = new HipaaKubernetesApp(profile);
  const chart = new Chart(app, 'Test');
  new DefaultDenyPolicy(chart, 'Deny', { namespace: PROD });
  new DnsEgressPolicy(chart, 'Dns', { namespace: PROD });
  new AllowPodIdentity(chart, 'Identity', { from });
  const { objects } = app.synthesize();
  /** A policy of a user's own. */
  const policy = (podSelector: object, to?: object[], ports: object[] = [{ port: 80, protocol: 'TCP' }]): SynthesizedObject => {
    const reference = { tree: Tree.KUBERNETES, apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: PROD, name: 'own' };
    const { apiVersion, kind, namespace, name } = reference;
    const spec = { podSelector, policyTypes: ['Egress'], egress: [{ ...(to === undefined ? {} : { to }), ports }] };
    return { reference, path: 'own', claims: [], content: { apiVersion, kind, metadata: { namespace, name }, spec } };
  };
  const block = (cidr: string, ...except: string[]) => [{ ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) } }];
  const wayWith = (...more: SynthesizedObject[]) => PolicySet.of(new CheckContext(profile, [...objects, ...more]), PROD).wayToMetadata();
  const EXPORTER = { matchLabels: from.podLabels };

  test('the workload that is named passes', () => {
    expect(wayWith()).toBeUndefined();
    expect(app.synthesize().findings).toEqual([]);
  });

  test.each<[string, SynthesizedObject, RegExp]>([
    ['Pod Identity for every pod', policy({}, block('169.254.170.23/32')), /any pod reach the metadata service 169\.254\.170\.23:80/],
    ['Pod Identity for every pod over IPv6', policy({}, block('fd00:ec2::23/128')), /any pod reach the metadata service fd00:ec2::23:80/],
    ['Pod Identity for pods with whatever value of a label', policy({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, block('169.254.170.23/32')), /any pod reach/],
    ['Pod Identity for pods but some', policy({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, block('169.254.170.23/32')), /any pod reach/],
    ['Pod Identity for every pod, in a wider block', policy({}, block('169.254.170.0/24')), /any pod reach/],
    ['Pod Identity for every pod, on a range of ports', policy({}, block('169.254.170.23/32'), [{ port: 1, endPort: 443 }]), /any pod reach/],
    ['the node\'s metadata for a workload that is named', policy(EXPORTER, block('169.254.169.254/32')), /the pods that it selects reach the metadata service 169\.254\.169\.254:80/],
    ['both for a workload that is named', policy(EXPORTER, block('169.254.0.0/16')), /the pods that it selects reach the metadata service 169\.254\.169\.254:80/],
    ['the node\'s metadata over IPv6', policy(EXPORTER, block('fd00:ec2::/32')), /reach the metadata service fd00:ec2::254:80/],
    ['everything on port 80', policy(EXPORTER), /the pods that it selects reach the metadata service/],
    ['all of the internet on port 80, with a hole for Pod Identity alone', policy(EXPORTER, block('0.0.0.0/0', '169.254.170.23/32')), /169\.254\.169\.254:80/],
  ])('%s does not', (_what, more, message) => {
    expect(wayWith(more)).toMatch(message);
    expect(verifyClaims([...objects, more], profile).join('\n')).toMatch(message);
  });

  test.each<[string, SynthesizedObject]>([
    ['a second workload that is named', policy({ matchLabels: { app: 'claims' } }, block('169.254.170.23/32'))],
    ['one of a list', policy({ matchExpressions: [{ key: 'app', operator: 'In', values: ['claims', 'exporter'] }] }, block('169.254.170.23/32'))],
    ['another port of every pod', policy({}, block('169.254.170.23/32'), [{ port: 443 }])],
    ['another protocol of every pod', policy({}, block('169.254.170.23/32'), [{ port: 80, protocol: 'UDP' }])],
    ['a block with a hole for both', policy(EXPORTER, block('169.254.0.0/16', '169.254.169.254/32'))],
  ])('%s passes', (_what, more) => expect(wayWith(more)).toBeUndefined());
});
