import { ApiObject, Chart, JsonPatch, Testing, type App } from 'cdk8s';
import { Construct } from 'constructs';
import { PhiGate } from '../../lib/gate/phi-gate';
import { expectRefusal } from '../support/refusal';

const SETTINGS = { phiNamespaces: ['healthcare-prod'], rules: ['privileged-containers'] };

class Api extends Construct {
  public constructor(scope: Construct, id: string, privileged: boolean) {
    super(scope, id);
    new ApiObject(this, 'Pod', {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'healthcare-prod' },
      spec: { containers: [{ name: 'app', securityContext: { privileged } }] },
    });
  }
}

function chartWith(privileged: boolean, attach: (app: App, chart: Chart) => void = (app) => void PhiGate.attach(app, SETTINGS)): { app: App; chart: Chart } {
  const app = Testing.app();
  const chart = new Chart(app, 'Web');
  attach(app, chart);
  new Api(chart, 'Api', privileged);
  return { app, chart };
}

describe('PhiGate', () => {
  const message = /Web\/Api\/Pod \(test\/gate\/phi-gate\.test\.ts:\d+:\d+\): privileged-containers: spec\.containers\[0\]\.securityContext\.privileged = true: Pod 'api': .* gives container 'app' the node: remove it \(PS1, 45 CFR 164\.312\(a\)\(1\)/;

  test('fails the synth of the app by what it violates, with the line that made it', () => {
    expect(() => chartWith(true).app.synthYaml()).toThrow(message);
    expect(() => chartWith(false).app.synthYaml()).not.toThrow();
  });

  test('fails Testing.synth of a chart alike, where it is attached to the chart or to the app', () => {
    expect(() => Testing.synth(chartWith(true, (_app, chart) => void PhiGate.attach(chart, SETTINGS)).chart)).toThrow(message);
    expect(() => Testing.synth(chartWith(true).chart)).toThrow(message);
    expect(() => Testing.synth(chartWith(false).chart)).not.toThrow();
  });

  test('fails where a rule can not be asked', () => {
    const app = Testing.app();
    PhiGate.attach(app, SETTINGS);
    new ApiObject(new Chart(app, 'Web'), 'Pod', { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'healthcare-prod' }, spec: { containers: 'x' } });

    expect(() => app.synthYaml()).toThrow(/Pod healthcare-prod\/.* by privileged-containers could not be judged: the rule fails on it/);
  });

  test('judges what is written, patches included', () => {
    const { app, chart } = chartWith(false);
    (chart.node.findChild('Api').node.findChild('Pod') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/containers/0/securityContext/privileged', true));

    expect(() => app.synthYaml()).toThrow(message);
  });

  test('judges an app of many charts once a synth, and anew at the next', () => {
    const app = Testing.app();
    const gate = PhiGate.attach(app, SETTINGS);
    const judge = jest.spyOn(gate, 'judge');
    for (let index = 0; index < 5; index++) new Api(new Chart(app, `Web${index}`), 'Api', false);
    app.synth();
    expect(judge).toHaveBeenCalledTimes(1);

    (app.node.findChild('Web3').node.findChild('Api').node.findChild('Pod') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/containers/0/securityContext/privileged', true));
    expect(() => app.synth()).toThrow(/Web3\/Api\/Pod .*privileged-containers/);
    expect(() => app.synthYaml()).toThrow(/Web3\/Api\/Pod .*privileged-containers/);
    expect(judge).toHaveBeenCalledTimes(3);
  });

  test('tells what it found without a synth', () => {
    const app = Testing.app();
    const gate = PhiGate.attach(app, SETTINGS);
    new Api(new Chart(app, 'Web'), 'Api', true);

    expect(gate.judge().violations).toMatchObject([{ origin: { constructPath: 'Web/Api/Pod', createdAt: expect.stringMatching(/^test\/gate\/phi-gate\.test\.ts:/) as string } }]);
  });

  test.each([
    ['an unknown setting', { namespaces: ['a'] }, 'namespaces', 'would be lost', 'phiNamespaces'],
    ['an unknown rule', { rules: ['x'] }, 'x', 'would judge nothing', 'use one of'],
  ])('refuses %s when it is attached', (_what, settings, value, rule, remedy) => {
    expectRefusal(() => PhiGate.attach(Testing.app(), settings as never), { path: _what === 'an unknown rule' ? 'rules' : 'PhiGate', value, rule, remedy });
  });

  test('can be attached after settings that were refused', () => {
    const app = Testing.app();
    expect(() => PhiGate.attach(app, { rules: [] })).toThrow(/rules names no rule/);
    expect(PhiGate.attach(app, SETTINGS).judge().violations).toEqual([]);
  });

  test('is attached once', () => {
    const app = Testing.app();
    PhiGate.attach(app, SETTINGS);

    expectRefusal(() => PhiGate.attach(app, SETTINGS), { path: 'PhiGate', value: '', rule: 'one gate', remedy: 'remove one' });
  });
});
