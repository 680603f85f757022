import { describe as describeError, Errors, HipaaError } from '../../lib/profile/errors';

describe('HipaaError', () => {
  test('says where, what, which rule and how to mend it', () => {
    const error = new HipaaError({ path: 'App/Thing', problem: 'port is refused', value: 0, rule: 'Kubernetes: ports are 1 to 65535', remedy: 'use 443' });

    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('HipaaError');
    expect(error).toMatchObject({ path: 'App/Thing', value: 0, rule: 'Kubernetes: ports are 1 to 65535', remedy: 'use 443' });
    expect(error.message).toBe('[App/Thing] port is refused: 0\n    rule:   Kubernetes: ports are 1 to 65535\n    remedy: use 443');
  });

  test('names the root where a path is empty', () => {
    expect(describeError({ path: '', problem: 'p', value: 1, rule: 'r', remedy: 'm' })).toMatch(/^\[<root>\] p: 1\n/);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  test.each<[string, unknown]>([
    ["'text'", 'text'], ["''", ''], ['undefined', undefined], ['null', null], ['NaN', NaN], ['Infinity', Infinity], ['true', true], ['5', 5n], ['{"a":[1]}', { a: [1] }], ['["a"]', ['a']], ['[object Object]', cyclic], ['Symbol(a)', Symbol('a')],
  ])('shows %s as it was given', (shown, value) => {
    expect(describeError({ path: 'P', problem: 'p', value, rule: 'r', remedy: 'm' })).toBe(`[P] p: ${shown}\n    rule:   r\n    remedy: m`);
  });
});

describe('Errors', () => {
  test.each<[string, HipaaError, string]>([
    ['refused', Errors.refused('P', 'name is wrong', 'x', 'the rule', 'the remedy'), "[P] name is wrong: 'x'\n    rule:   the rule\n    remedy: the remedy"],
    ['missing', Errors.missing('P', 'name', 'give a name'), '[P] name is missing: undefined\n    rule:   name is required\n    remedy: give a name'],
    ['unknownField', Errors.unknownField('P', 'verb', ['verbs', 'users'], 'the rule'), "[P] unknown field: 'verb'\n    rule:   the rule\n    remedy: use one of: verbs, users"],
    ['notOnPlatform', Errors.notOnPlatform('P', 'auditPolicy', 'Amazon EKS', 'the rule', 'remove it'), "[P] auditPolicy cannot be used on this platform: 'Amazon EKS'\n    rule:   the rule\n    remedy: remove it"],
    ['versionTooOld', Errors.versionTooOld('P', 'the policy', '1.28', '1.30', 'upgrade'), "[P] the policy needs Kubernetes 1.30 or later: '1.28'\n    rule:   the policy is served from Kubernetes 1.30\n    remedy: upgrade"],
    ['weakened', Errors.weakened('P', 'AU5', 'too short', 30, 'keep longer'), '[P] too short: 30\n    rule:   control AU5\n    remedy: keep longer'],
  ])('%s', (_name, error, message) => {
    expect(error).toBeInstanceOf(HipaaError);
    expect(error.message).toBe(message);
  });
});
