import { AgentNamespace, checkAgents, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import { expectRefusal } from '../support/refusal';

const check = (agents: unknown) => checkAgents('Agents', agents as readonly AgentNamespaceProps[]);

describe('AgentNamespace', () => {
  const presets = [
    AgentNamespace.gatekeeper(), AgentNamespace.certManager(), AgentNamespace.externalSecrets(), AgentNamespace.istio(), AgentNamespace.policyController(),
    AgentNamespace.velero(), AgentNamespace.metricsServer(), AgentNamespace.ingressNginx([8443, 15012]),
    AgentNamespace.ebsCsiController(), AgentNamespace.ebsCsiNode(), AgentNamespace.awsLoadBalancerController(),
    AgentNamespace.secretsStoreDriver(), AgentNamespace.secretsStoreAwsProvider(), AgentNamespace.guardDuty(),
  ];

  test('its presets stand beside each other, and none can be changed', () => {
    expect(() => check(presets)).not.toThrow();
    expect(presets.every((preset) => Object.isFrozen(preset))).toBe(true);
  });

  test.each<[string, AgentNamespaceProps, readonly number[] | undefined]>([
    ['Gatekeeper', AgentNamespace.gatekeeper(), [8443]], ['cert-manager', AgentNamespace.certManager(), [10250]], ['External Secrets', AgentNamespace.externalSecrets(), [10250]],
    ['Istio', AgentNamespace.istio(), [15017]], ["Sigstore's policy-controller", AgentNamespace.policyController(), [8443]],
    ['Velero', AgentNamespace.velero(), undefined], ['ingress-nginx', AgentNamespace.ingressNginx([15008]), [8443]], ['metrics-server', AgentNamespace.metricsServer(), [10251]], ['AWS Load Balancer Controller', AgentNamespace.awsLoadBalancerController(), [9443]],
  ])('%s answers the API server on its ports', (_what, preset, ports) => {
    expect(preset.webhookPorts).toEqual(ports);
  });

  test('of the presets, a mesh alone answers every pod, where it speaks TLS', () => {
    expect(presets.filter(({ clientPorts }) => clientPorts !== undefined)).toEqual([AgentNamespace.istio()]);
    expect(AgentNamespace.istio().clientPorts).toEqual([15012]);
  });

  test('of the presets, an ingress controller alone answers everybody, and calls what it is told to', () => {
    expect(presets.filter(({ publicPorts, podPorts }) => publicPorts !== undefined || podPorts !== undefined)).toEqual([AgentNamespace.ingressNginx([8443, 15012])]);
    expect(AgentNamespace.ingressNginx([15008])).toEqual({ name: 'ingress-nginx', webhookPorts: [8443], publicPorts: [80, 443], podPorts: [15008] });
  });

  test('a preset keeps what it was given, whatever becomes of that', () => {
    const ports = [8443];
    const preset = AgentNamespace.ingressNginx(ports);
    ports.push(5432);
    expect([preset.podPorts, Object.isFrozen(preset.podPorts)]).toEqual([[8443], true]);
  });

  test("GuardDuty's agent reaches its endpoint, and neither the API server nor credentials", () => {
    expect(AgentNamespace.guardDuty()).toEqual({ name: 'amazon-guardduty', apiServer: false, awsEndpoints: true });
  });

  test('a preset is changed by a copy', () => {
    expect(() => check([{ ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }])).not.toThrow();
  });

  test.each<[string, unknown, unknown, string, string]>([
    ['no list', undefined, undefined, 'control NW2', 'AgentNamespace.gatekeeper()'],
    ['text', ['gatekeeper-system'], 'gatekeeper-system', 'takes no other field', 'an object of'],
    ['a name', [{ name: 'Falco' }], 'Falco', 'RFC 1123 label', 'at most 63'],
    ['a token as name', [{ name: '${var.a}' }], '${var.a}', 'RFC 1123 label', 'at most 63'],
    ['an unknown field', [{ name: 'falco', ports: [1] }], 'ports', 'takes no other field', 'webhookPorts'],
    ['every pod of kube-system', [{ name: 'kube-system' }], undefined, 'control NW1', 'podLabels'],
    ['labels that select everything', [{ name: 'falco', podLabels: {} }], {}, 'an empty selector', 'at least one label'],
    ['port 0, which the API refuses', [{ name: 'falco', webhookPorts: [0] }], 0, '1 to 65535', '1 to 65535'],
    ['a node\'s port out of range', [{ name: 'falco', nodePorts: [70000] }], 70000, '1 to 65535', '1 to 65535'],
    ['an empty list of ports, which would open all of them', [{ name: 'falco', webhookPorts: [] }], [], 'webhookPorts names what is opened', 'leave webhookPorts out'],
    ['a port for every pod that is none', [{ name: 'istio-system', clientPorts: ['15012'] }], '15012', '1 to 65535', '1 to 65535'],
    ['no port for every pod', [{ name: 'istio-system', clientPorts: [] }], [], 'clientPorts names what is opened', 'leave clientPorts out'],
    ['a port for everybody that is none', [{ name: 'ingress', publicPorts: [0] }], 0, '1 to 65535', '1 to 65535'],
    ['no port for everybody, which would open all of them', [{ name: 'ingress', publicPorts: [] }], [], 'publicPorts names what is opened', 'leave publicPorts out'],
    ['a port for everybody twice', [{ name: 'ingress', publicPorts: [443, 443] }], [443, 443], 'publicPorts names what is opened', 'each once'],
    ['a port of pods by name', [{ name: 'ingress', podPorts: ['https'] }], 'https', '1 to 65535', '1 to 65535'],
    ['an ingress controller that calls nobody', [AgentNamespace.ingressNginx([])], [], 'podPorts names what is opened', 'leave podPorts out'],
    ['an ingress controller without ports', [AgentNamespace.ingressNginx(8443 as never)], 8443, 'podPorts names what is opened', 'leave podPorts out'],
    ['a port twice', [{ name: 'falco', nodePorts: [1, 1] }], [1, 1], 'nodePorts names what is opened', 'each once'],
    ['a flag that is text', [{ name: 'falco', awsEndpoints: 'no' }], 'no', 'control NW1', 'true or false'],
    ['an empty list of blocks', [{ name: 'falco', egressCidrs: [] }], [], 'egressCidrs names what is opened', 'leave egressCidrs out'],
    ['no block', [{ name: 'falco', egressCidrs: ['s3.amazonaws.com'] }], 's3.amazonaws.com', 'RFC 4632', "'10.0.1.0/24'"],
    ['a block that only Terraform knows', [{ name: 'falco', egressCidrs: ['${var.a}'] }], '${var.a}', 'plain blocks', 'the block itself'],
    ['the metadata service', [{ name: 'falco', egressCidrs: ['169.254.169.254/32'] }], '169.254.169.254/32', 'control NW3', 'podIdentity: true'],
    ['the metadata service of IPv6', [{ name: 'falco', egressCidrs: ['fd00:ec2::254/128'] }], 'fd00:ec2::254/128', 'control NW3', 'podIdentity: true'],
    ['the same pods twice, in another order', [{ name: 'a', podLabels: { x: '1', y: '2' } }, { name: 'a', podLabels: { y: '2', x: '1' } }], 'a', 'policies add up', 'merge'],
  ])('refuses %s', (_what, agents, value, rule, remedy) => {
    expectRefusal(() => check(agents), { path: 'Agents', value, rule, remedy });
  });
});
