import { Construct } from 'constructs';
import { SecretStore as Resource, SecretStoreSpecProviderAwsService } from '../../../imports/external-secrets.io';
import { checkArn, checkDnsLabel, checkDnsSubdomain, checkFields, checkKnownAtSynth, checkPartition, checkRegion } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { AwsSecretType } from './aws-secrets-source';

export interface SecretStoreProps {
  readonly namespace: string;
  /** Name of the SecretStore. */
  readonly name: string;
  /** Service of AWS that keeps the secrets. @default AwsSecretType.SECRETS_MANAGER */
  readonly service?: AwsSecretType;
  /** Region of the secrets. */
  readonly region: string;
  /**
   * Service account of this namespace whose IAM role reads. The operator asks for a token in its name, so the role is one for service accounts (IRSA, with
   * the annotation `eks.amazonaws.com/role-arn`): the operator cannot act for a service account of EKS Pod Identity.
   * @default - roleArn
   */
  readonly serviceAccount?: string;
  /**
   * Role that the operator assumes with its own identity, such as its EKS Pod Identity, to read for this namespace; its trust policy names the operator's role.
   * @default - serviceAccount
   */
  readonly roleArn?: string;
}

/**
 * Where the External Secrets Operator reads the secrets of one namespace in AWS, and as whom. `ExternalSecret` says which ones.
 *
 * Serves 45 CFR 164.312(a)(1): an identity of the namespace's own. Without one the operator would read with what it may itself, and any namespace with a
 * store could take any secret; long-lived access keys are never taken. Needs the API external-secrets.io/v1, which the operator serves from 0.16; 0.17 and later serve
 * no other (External Secrets Operator, release notes).
 *
 * @example
 *   new SecretStore(chart, 'Store', { namespace: 'healthcare-prod', name: 'aws', region: 'us-east-1', serviceAccount: 'patient-portal-secrets' });
 */
export class SecretStore extends Construct {
  /** Name of the SecretStore. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: SecretStoreProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'service', 'region', 'serviceAccount', 'roleArn'], 'External Secrets Operator, SecretStore for AWS');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    const { serviceAccount, roleArn } = props;
    if ((serviceAccount === undefined) === (roleArn === undefined)) {
      throw Errors.refused(path, 'the store needs one identity', { serviceAccount, roleArn }, 'control AC11, 45 CFR 164.312(a)(1): each namespace reads as itself, and no more than its own', 'name the serviceAccount, or the roleArn that the operator assumes');
    }
    if (serviceAccount !== undefined) checkDnsSubdomain(path, 'serviceAccount', serviceAccount);
    if (roleArn !== undefined) {
      checkArn(path, 'roleArn', roleArn, 'iam');
      checkKnownAtSynth(path, 'roleArn', roleArn);
      checkPartition(path, 'roleArn', roleArn, props.region);
      if (!/^[^/]*:role\//.test(roleArn)) throw Errors.refused(path, 'roleArn is no role', roleArn, 'AWS STS, AssumeRole', "use the ARN of a role: 'arn:aws:iam::123456789012:role/patient-portal-secrets'");
    }
    this.name = props.name;

    new Resource(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      spec: {
        provider: {
          aws: {
            service: serviceOf(path, props.service ?? AwsSecretType.SECRETS_MANAGER),
            region: props.region,
            ...(roleArn === undefined ? {} : { role: roleArn }),
            ...(serviceAccount === undefined ? {} : { auth: { jwt: { serviceAccountRef: { name: serviceAccount } } } }),
          },
        },
      },
    });
  }
}

function serviceOf(path: string, service: AwsSecretType): SecretStoreSpecProviderAwsService {
  switch (service) {
    case AwsSecretType.SECRETS_MANAGER: return SecretStoreSpecProviderAwsService.SECRETS_MANAGER;
    case AwsSecretType.PARAMETER_STORE: return SecretStoreSpecProviderAwsService.PARAMETER_STORE;
    default: throw Errors.refused(path, 'no such service', service, 'External Secrets Operator, SecretStore for AWS', 'use AwsSecretType.SECRETS_MANAGER or PARAMETER_STORE');
  }
}
