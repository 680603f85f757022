import { AgentNamespace, checkAgents, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import { expectRefusal } from '../support/refusal';

const check = (agents: unknown) => checkAgents('Agents', agents as readonly AgentNamespaceProps[]);

describe('AgentNamespace', () => {
  const presets = [
    AgentNamespace.gatekeeper(), AgentNamespace.certManager(), AgentNamespace.externalSecrets(), AgentNamespace.velero(), AgentNamespace.metricsServer(),
    AgentNamespace.ebsCsiController(), AgentNamespace.ebsCsiNode(), AgentNamespace.awsLoadBalancerController(),
  ];

  test('its presets stand beside each other, and none can be changed', () => {
    expect(() => check(presets)).not.toThrow();
    expect(presets.every((preset) => Object.isFrozen(preset))).toBe(true);
  });

  test.each<[string, AgentNamespaceProps, readonly number[] | undefined]>([
    ['Gatekeeper', AgentNamespace.gatekeeper(), [8443]], ['cert-manager', AgentNamespace.certManager(), [10250]], ['External Secrets', AgentNamespace.externalSecrets(), [10250]],
    ['Velero', AgentNamespace.velero(), undefined], ['metrics-server', AgentNamespace.metricsServer(), [10251]], ['AWS Load Balancer Controller', AgentNamespace.awsLoadBalancerController(), [9443]],
  ])('%s answers the API server on its ports', (_what, preset, ports) => {
    expect(preset.webhookPorts).toEqual(ports);
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
