import { CelRule, Subject } from '../../../lib/admission/engine/cel-rule';
import { policyOf } from '../../../lib/admission/policy-pack';

const policy = policyOf('test', 'privileged-containers');
const variable = (name: string, expression: string, shared = false) => ({ name, expression, shared });
const rule = (...variables: ReturnType<typeof variable>[]): CelRule => new CelRule(policy, [variable('title', "'Pod'"), ...variables]);
const found = "[{'path': 'a', 'problem': 'b', 'remedy': string(variables.parameters.x)}]";

describe('CelRule', () => {
  test('says what it finds in one message', () => {
    const { parameters } = { parameters: variable('parameters', 'variables.params', true) };

    expect(rule(parameters, variable('findings', found)).judge(new Subject({ object: {} }), { x: 'c' })).toEqual([{ path: 'a', problem: 'b', remedy: 'c', message: 'Pod: b: c (PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10)' }]);
  });

  test.each([['unchanged', 'UPDATE'], ['exempt', 'CREATE']])('finds nothing in what is %s, and computes no findings', (name, operation) => {
    expect(rule(variable(name, 'true'), variable('findings', 'object.nowhere.at.all')).judge(new Subject({ object: {}, operation }))).toEqual([]);
  });

  test('finds nothing in a deletion', () => expect(rule(variable('findings', found)).judge(new Subject({ object: {}, operation: 'DELETE' }))).toEqual([]));

  test('computes a shared variable once an object, and one that rests on parameters for each rule', () => {
    const subject = new Subject({ object: { n: 1 } });
    const first = rule(variable('parameters', 'variables.params', true), variable('n', 'object.n + 1.0', true), variable('findings', "[{'path': string(variables.n), 'problem': '', 'remedy': string(variables.parameters.x)}]"));
    const second = rule(variable('parameters', 'variables.params', true), variable('n', 'object.nowhere', true), variable('findings', "[{'path': string(variables.n), 'problem': '', 'remedy': string(variables.parameters.x)}]"));

    expect(first.judge(subject, { x: 'one' })).toMatchObject([{ path: '2', remedy: 'one' }]);
    expect(second.judge(subject, { x: 'two' })).toMatchObject([{ path: '2', remedy: 'two' }]);
    expect(() => second.judge(new Subject({ object: { n: 1 } }), { x: 'two' })).toThrow(/nowhere/);
  });

  test('fails where an expression does, and where one does not compile', () => {
    expect(() => rule(variable('findings', 'object.spec.containers')).judge(new Subject({ object: {} }))).toThrow(/spec/);
    expect(() => rule(variable('findings', 'object.('))).toThrow();
  });
});
