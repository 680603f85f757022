/** The reference platforms pass the gate, with what their profiles say, and each object of theirs is judged. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import type { HipaaApp } from '../../lib';
import { runGate } from '../../lib/gate/gate';
import type { GateObject } from '../../lib/gate/gate-object';
import type { GateResult } from '../../lib/gate/gate-result';

const SYNTHESIZED = new Map([eks, selfManaged].map((app) => [app, app.kubernetes.synthesize().objects]));

function judge(app: HipaaApp, change: (text: string) => string = (text) => text): GateResult {
  const { profile } = app;
  const objects = SYNTHESIZED.get(app)!.map(({ content, path }): GateObject => ({ content: JSON.parse(change(JSON.stringify(content))) as GateObject['content'], origin: { constructPath: path } }));
  return runGate({ objects }, {
    phiNamespaces: profile.phiNamespaces.map(({ name }) => name), approvedRegistries: profile.approvedRegistries, allowedEnvNames: profile.allowedEnvNames, storageClasses: ['hipaa-encrypted', 'encrypted'],
  });
}

describe.each([['eks', eks], ['self-managed', selfManaged]])('%s', (_name, app) => {
  test('is clean, with every rule asked', () => {
    const { violations, unchecked, notJudged, warnings, objects } = judge(app);

    expect([violations.map(({ message }) => message), unchecked, notJudged, warnings]).toEqual([[], [], [], []]);
    expect(objects).toBeGreaterThan(100);
  });

  test.each<[string, (text: string) => string, string]>([
    ['images by tag', (text) => text.replaceAll(/@sha256:[0-9a-f]{64}/g, ':1.0'), 'image-digests'],
    ['containers that may write', (text) => text.replaceAll('"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'), 'read-only-root-filesystem'],
    ['pods as root', (text) => text.replaceAll('"runAsNonRoot":true', '"runAsNonRoot":false'), 'run-as-non-root'],
    ['namespaces without Pod Security', (text) => text.replaceAll('pod-security.kubernetes.io/enforce"', 'pod-security.kubernetes.io/enforced"'), 'namespace-labels'],
    ['no default deny', (text) => text.replaceAll('"podSelector":{}', '"podSelector":{"matchLabels":{"a":"b"}}'), 'default-deny'],
    ['bindings of everybody', (text) => text.replaceAll(/"kind":"Group","name":"[^"]+"/g, '"kind":"Group","name":"system:authenticated"'), 'anonymous-bindings'],
    ['Ingresses in clear', (text) => text.replaceAll('"tls":[', '"tlsOff":['), 'ingress-tls'],
    ['a webhook that fails open', (text) => text.replaceAll('"failurePolicy":"Fail"', '"failurePolicy":"Ignore"'), 'fail-closed-webhooks'],
  ])('and is not with %s', (_what, change, rule) => {
    expect(new Set(judge(app, change).violations.map((violation) => violation.rule.id))).toContain(rule);
  });
});
