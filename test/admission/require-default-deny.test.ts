import { inventoryOf, type Inventoried } from '../../lib/admission/engine/inventory';
import { RegoRule } from '../../lib/admission/engine/rego-rule';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { DEFAULT_DENY } from '../../lib/admission/policies/default-deny/policy';
import { RequireDefaultDeny, type RequireDefaultDenyProps } from '../../lib/admission/require-default-deny';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { wasmFolderOf } from '../../scripts/rego-sources';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<RequireDefaultDenyProps> = {}) => synthChart((chart) => new RequireDefaultDeny(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }));

describe('RequireDefaultDeny', () => {
  test('takes every prop, and has no parameter that would loosen it', () => {
    const [constraint, ...others] = synth({ enforcementAction: EnforcementAction.DENY, name: 'deny', exemptions: [], engine: AdmissionEngine.gatekeeper() });

    expect(others).toEqual([]);
    expect(constraint.metadata).toEqual({ name: 'deny' });
    expect(Object.keys(constraint.spec)).toEqual(['enforcementAction', 'match']);
    expect(constraint.spec.match.kinds).toContainEqual({ apiGroups: ['networking.k8s.io'], kinds: ['NetworkPolicy'] });
  });

  test('is not for the API server', () => {
    expectRefusal(() => synth({ engine: AdmissionEngine.apiServer(KubernetesVersion.V1_33) }), {
      path: 'Test/Constraint', value: 'default-deny', rule: 'a ValidatingAdmissionPolicy sees one object', remedy: 'AdmissionEngine.gatekeeper()',
    });
  });

  test('refuses a prop that it does not know', () => {
    expectRefusal(() => synth({ allowMissing: true } as never), { path: 'Test/Constraint', value: 'allowMissing', rule: 'HipaaDefaultDeny', remedy: 'phiNamespaces' });
  });

  const [made] = synthChart((chart) => new DefaultDenyPolicy(chart, 'Deny', { namespace: 'healthcare-prod' }));
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'healthcare-prod' } };
  const judge = (inventory: unknown[], review: Parameters<RegoRule['judge']>[0]): string[] => {
    const rule = new RegoRule(DEFAULT_DENY, wasmFolderOf(DEFAULT_DENY));
    rule.setInventory(inventoryOf(inventory as Inventoried[]));
    return rule.judge(review).map(({ path }) => path);
  };

  test('is content with what DefaultDenyPolicy makes', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'portal', namespace: 'healthcare-prod' }, spec: { containers: [{ name: 'app' }] } };

    expect(judge([made, namespace], { object, operation: 'CREATE' })).toEqual([]);
    expect(judge([namespace], { object, operation: 'CREATE' })).toEqual(['metadata.namespace']);
  });

  // Gatekeeper puts the namespace beside the request; `gator verify` takes no such field, so that it is no case of the suite.
  test('lets the last policy go with a namespace that the API server says is being deleted', () => {
    const ofRequest = (metadata: object): object => ({ namespaceObject: { metadata: { name: 'healthcare-prod', ...metadata } } });

    expect(judge([made, namespace], { object: made, operation: 'DELETE', request: ofRequest({ deletionTimestamp: '2026-01-31T18:00:00Z' }) as never })).toEqual([]);
    expect(judge([made, namespace], { object: made, operation: 'DELETE', request: ofRequest({}) as never })).toEqual(['spec']);
  });
});
