import { Capability, Cpu, Deployment, ImagePullPolicy, Probe, SeccompProfileType, Service, ServiceType, Volume } from 'cdk8s-plus-28';
import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { IngressControllerPolicy, TlsIngress } from '../lib/kubernetes';

const PORT = 8443;
const LABELS = { app: 'patient-portal' };

export interface PatientPortalProps {
  readonly namespace: string;
  readonly imageRegistry: string;
}

/** A workload of one's own in a PHI namespace: it speaks TLS itself, so that the ingress controller never forwards plaintext. */
export class PatientPortal extends Construct {
  public constructor(scope: Construct, id: string, props: PatientPortalProps) {
    super(scope, id);
    const metadata = { name: 'patient-portal', namespace: props.namespace };
    const deployment = new Deployment(this, 'Deployment', {
      metadata,
      podMetadata: { labels: LABELS },
      replicas: 2,
      automountServiceAccountToken: false,
      securityContext: { ensureNonRoot: true, user: 10001, group: 10001, fsGroup: 10001 },
    });
    const container = deployment.addContainer({
      name: 'portal',
      image: `${props.imageRegistry}/patient-portal@sha256:${'3c'.repeat(32)}`,
      imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
      portNumber: PORT,
      resources: {
        cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) },
        memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) },
      },
      readiness: Probe.fromTcpSocket({ port: PORT }),
      securityContext: {
        ensureNonRoot: true,
        user: 10001,
        group: 10001,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: [Capability.ALL] },
        seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
      },
    });
    container.mount('/tmp', Volume.fromEmptyDir(this, 'Tmp', 'tmp'));
    const service = new Service(this, 'Service', { metadata, type: ServiceType.CLUSTER_IP, ports: [{ name: 'https', port: 443, targetPort: PORT }] });
    // By the labels that network policies name: Amazon VPC CNI lets a Service through only where its selector carries them.
    for (const [label, value] of Object.entries(LABELS)) service.selectLabel(label, value);
    new TlsIngress(this, 'Ingress', { ...metadata, host: 'patient-portal.example.com', service: 'patient-portal', servicePort: 443, tlsSecret: 'patient-portal-tls' });
    new IngressControllerPolicy(this, 'FromIngress', { namespace: props.namespace, podLabels: LABELS, port: PORT });
  }
}
