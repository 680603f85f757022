import { Capability, Cpu, Deployment, ImagePullPolicy, LabelSelector, Probe, SeccompProfileType, ServiceAccount, Topology, Volume } from 'cdk8s-plus-28';
import { KubePodDisruptionBudget, IntOrString } from 'cdk8s-plus-28/lib/imports/k8s';
import { ApiObject, JsonPatch, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { FlowEnd, type IFlowEnd, type IssuerReference, type PhiNamespace } from '../lib/kubernetes';

const PORT = 8443;
const LABELS = { app: 'patient-portal' };

export interface PatientPortalProps {
  readonly phi: PhiNamespace;
  readonly imageRegistry: string;
  /** Who signs its certificate, and renews it. */
  readonly issuer: IssuerReference;
}

/** A workload of one's own in a PHI namespace: it speaks TLS itself, so that the ingress controller never forwards plaintext. */
export class PatientPortal extends Construct {
  /** Its pods, for flows. */
  public readonly end: IFlowEnd;

  public constructor(scope: Construct, id: string, props: PatientPortalProps) {
    super(scope, id);
    const metadata = { name: 'patient-portal', namespace: props.phi.name };
    const deployment = new Deployment(this, 'Deployment', {
      metadata,
      podMetadata: { labels: LABELS },
      // Labels of its own choice: policies and Services find the pods by the selector.
      select: false,
      serviceAccount: new ServiceAccount(this, 'ServiceAccount', { metadata, automountToken: false }),
      replicas: 2,
      automountServiceAccountToken: false,
      securityContext: { ensureNonRoot: true, user: 10001, group: 10001, fsGroup: 10001 },
    });
    deployment.select(LabelSelector.of({ labels: LABELS }));
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
      liveness: Probe.fromTcpSocket({ port: PORT }),
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
    // On the pod, so that a sidecar has it as well; cdk8s-plus knows it for containers only.
    ApiObject.of(deployment).addJsonPatch(JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }));
    deployment.scheduling.spread({ topology: Topology.ZONE, weight: 100 });
    new KubePodDisruptionBudget(this, 'DisruptionBudget', { metadata, spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: LABELS } } });
    this.end = FlowEnd.of(deployment, PORT);
    props.phi.exposeTls(this.end, { name: 'patient-portal', host: 'patient-portal.example.com', issuer: props.issuer });
  }
}
