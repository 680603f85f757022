import { celFiles, celVariables, parseCel } from '../../../lib/admission/engine/cel-source';
import { POLICY_PACK, policyOf } from '../../../lib/admission/policy-pack';

describe('a file of CEL', () => {
  test('is variables under comments that name them; other comments are left out', () => {
    expect(parseCel("// variables.a: why\n// more of it\n1 +\n  // inside\n  2\n\n// variables.b\n'// variables.c'\n", true)).toEqual([
      { name: 'a', expression: '1 +\n  2', shared: true }, { name: 'b', expression: "'// variables.c'", shared: true },
    ]);
  });

  test('shares what lies in the library, and not what lies with a policy', () => {
    const variables = celVariables(policyOf('test', 'privileged-containers'));

    expect(variables.find(({ name }) => name === 'containers')?.shared).toBe(true);
    expect(variables.find(({ name }) => name === 'findings')?.shared).toBe(false);
  });

  test('is none for a policy in Rego alone', () => {
    for (const policy of POLICY_PACK.filter(({ cel }) => cel === undefined)) expect([celFiles(policy), celVariables(policy)]).toEqual([[], []]);
  });
});
