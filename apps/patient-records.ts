import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { HardenedStatefulSet, HealthProbe, Image, type PhiNamespace, type SecretsStoreClass } from '../lib/kubernetes';

export interface PatientRecordsProps {
  readonly phi: PhiNamespace;
  readonly imageRegistry: string;
  /** A class that encrypts. */
  readonly storageClassName: string;
  /** The database's password. */
  readonly password: SecretsStoreClass;
}

/** A database with PHI, hardened by default. */
export class PatientRecords extends Construct {
  public readonly database: HardenedStatefulSet;

  public constructor(scope: Construct, id: string, props: PatientRecordsProps) {
    super(scope, id);
    this.database = new HardenedStatefulSet(this, 'Records', {
      namespace: props.phi.name,
      image: Image.of(`${props.imageRegistry}/patient-records@sha256:${'5d'.repeat(32)}`),
      port: 5432,
      writablePaths: ['/run/postgresql'],
      secrets: [{ secrets: props.password, mountPath: '/etc/postgresql/secrets' }],
      volumeClaimTemplates: [{ name: 'data', mountPath: '/var/lib/postgresql/data', storageClassName: props.storageClassName, size: Size.gibibytes(50) }],
      probes: { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() },
    });
  }
}
