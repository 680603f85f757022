import { TemporaryBinding, type TemporaryBindingProps } from '../../lib/access/temporary-binding';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const RIGHT: Required<TemporaryBindingProps> = {
  namespace: 'healthcare-prod', role: 'on-call', group: 'oidc:on-call@company.com', approver: 'ciso@company.com', ticket: 'INC-1234', expires: '2026-03-01T18:00:00Z', name: 'inc-1234',
};
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new TemporaryBinding(chart, 'Temporary', { ...RIGHT, ...changes }));

describe('TemporaryBinding', () => {
  test('says who approved it, why, and when it ends', () => {
    expect(synth().flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(synth()).toMatchInlineSnapshot(`
[
  {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "RoleBinding",
    "metadata": {
      "annotations": {
        "cdk8s-hipaa/approver": "ciso@company.com",
        "cdk8s-hipaa/expires": "2026-03-01T18:00:00Z",
        "cdk8s-hipaa/ticket": "INC-1234",
      },
      "labels": {
        "cdk8s-hipaa/break-glass": "temporary",
      },
      "name": "inc-1234",
      "namespace": "healthcare-prod",
    },
    "roleRef": {
      "apiGroup": "rbac.authorization.k8s.io",
      "kind": "Role",
      "name": "on-call",
    },
    "subjects": [
      {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "Group",
        "name": "oidc:on-call@company.com",
      },
    ],
  },
]
`);
  });

  test.each<[keyof TemporaryBindingProps, unknown, string, string]>([
    ['approver', undefined, 'approver is required', 'approver'],
    ['ticket', ' ', 'ticket is required', 'ticket'],
    ['expires', undefined, 'RFC 3339', '2027-01-31T18:00:00Z'],
    ['expires', '2026-03-01', 'RFC 3339', '2027-01-31T18:00:00Z'],
    ['expires', '2026-02-30T18:00:00Z', 'RFC 3339', '2027-01-31T18:00:00Z'],
    ['expires', '2026-03-01T18:00:00+01:00', 'RFC 3339', '2027-01-31T18:00:00Z'],
    ['group', 'system:authenticated', 'control AC4', 'identity provider'],
    ['namespace', 'A', 'RFC 1123', 'a-z'],
    ['role', 'A', 'RFC 1123', 'a-z'],
    ['name', 'A', 'RFC 1123', 'a-z'],
  ])('refuses %s %j', (prop, value, rule, remedy) => {
    expectRefusal(() => synth({ [prop]: value }), { path: 'Test/Temporary', value, rule, remedy });
  });

  test('refuses another field', () => {
    expectRefusal(() => synth({ clusterRole: 'admin' }), { path: 'Test/Temporary', value: 'clusterRole', rule: 'control AC6', remedy: 'expires' });
  });
});
