/**
 * One measurement of the gate in a process of its own: `tsx bench/gate.ts yaml|objects|json-list|yaml-list COUNT`. Every twentieth object violates
 * something; of the lists, which are one document each, that in JSON holds Pods that all do, and that in YAML ConfigMaps of which none does: what each costs most by.
 */
import { stringify } from 'yaml';
import { runGate } from '../lib/gate/gate';
import type { GateObject, KubernetesContent } from '../lib/gate/gate-object';
import { readDocuments } from '../lib/gate/read-documents';

const [mode, count] = [process.argv[2], Number(process.argv[3])];
const SETTINGS = { phiNamespaces: ['*'], approvedRegistries: ['registry.example.com'] };
const IMAGE = `registry.example.com/portal@sha256:${'a'.repeat(64)}`;

function podSpec(good: boolean): object {
  const container = (name: string): object => ({
    name, image: good ? IMAGE : 'nginx', ports: [{ name: 'https', containerPort: 8443 }],
    env: [{ name: 'LOG_LEVEL', value: 'info' }, { name: 'DB_HOST', value: 'db.patient-data.svc' }, { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: good, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  });
  return {
    automountServiceAccountToken: false, serviceAccountName: 'portal', securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    initContainers: [container('migrate')], containers: [container('portal'), container('proxy')], volumes: [{ name: 'tmp', emptyDir: {} }],
  };
}

function objectOf(index: number): object {
  const good = index % 20 !== 0;
  const metadata = { name: `portal-${index}`, namespace: `healthcare-${index % 100}`, labels: { 'app.kubernetes.io/name': 'portal' } };
  const template = { metadata: { labels: metadata.labels }, spec: podSpec(good) };
  switch (index % 10) {
    case 0: return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'app.properties': 'server.port=8443\ndb.host=db\nlog.level=info\n'.repeat(10) } };
    case 1: return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP', selector: metadata.labels, ports: [{ port: 443, targetPort: 8443 }] } };
    case 2: return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { ingressClassName: 'nginx', tls: [{ hosts: ['a.example.com'], secretName: 'a' }], rules: [{ host: 'a.example.com' }] } };
    case 3: return {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'hipaa-auditor' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'oidc:auditors@company.com' }],
    };
    case 4: return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } };
    case 5: return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { schedule: '0 * * * *', jobTemplate: { spec: { template } } } };
    default: return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, selector: { matchLabels: metadata.labels }, template } };
  }
}

const listOf = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });
const counted = (make: (index: number) => object): readonly object[] => Array.from({ length: count }, (_, index) => make(index));

function podOf(index: number): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `portal-${index}`, namespace: `healthcare-${index % 100}` }, spec: podSpec(false) };
}

function configMapOf(index: number): object {
  const data = Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`server.property-${key}`, `value ${key} of ${index}`]));
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `portal-${index}`, namespace: `healthcare-${index % 100}` }, data };
}

/** Undefined where the objects are in memory. */
function textOf(): string | undefined {
  switch (mode) {
    case 'yaml': return counted(objectOf).map((object) => stringify(object)).join('---\n');
    case 'json-list': return JSON.stringify(listOf(counted(podOf)), null, 2);
    case 'yaml-list': return `apiVersion: v1\nkind: List\nitems:\n${counted(configMapOf).map((object) => stringify([object])).join('')}`;
    default: return undefined;
  }
}

const text = textOf();
const objects: GateObject[] = text === undefined ? counted(objectOf).map((content, index) => ({ content: content as KubernetesContent, origin: { file: 'a.yaml', line: index } })) : [];

const [start, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
const result = runGate(text === undefined ? { objects } : readDocuments(text, 'a.yaml'), SETTINGS);
const wall = Number(process.hrtime.bigint() - start) / 1e6;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  wall, cpu: (used.user + used.system) / 1000, memory: process.resourceUsage().maxRSS / 1024, bytes: text?.length ?? 0, files: 1,
  objects: result.objects, violations: result.violations.length, unchecked: result.unchecked.length,
}));
