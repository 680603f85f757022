import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { podIdentityTrust } from '../../iam/pod-identity-trust';
import { PolicyDocument } from '../../iam/policy-document';
import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../../profile/aws';
import { checkAccount, checkArn, checkClusterName, checkDnsLabel, checkDnsSubdomain, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName } from '../../profile/checks';
import { Errors } from '../../profile/errors';

export interface SecretReaderIdentityProps {
  /** Cluster whose pods may have the identity; it needs the EKS Pod Identity Agent (`EksPodIdentityAgent`). */
  readonly clusterName: string;
  readonly account: string;
  /** Region of the cluster and of the secrets. */
  readonly region: string;
  readonly roleName: string;
  /** Namespace of the pods that read. */
  readonly namespace: string;
  /** Their service account. */
  readonly serviceAccount: string;
  /** Names of secrets of AWS Secrets Manager, of this account. @default - none */
  readonly secretNames?: readonly string[];
  /** Full ARNs of secrets, with the six characters at their end; or references to them. @default - none */
  readonly secretArns?: readonly string[];
  /** Names of parameters of Parameter Store, of this account. @default - none */
  readonly parameterNames?: readonly string[];
  /**
   * ARNs of the customer keys that encrypt them, whose policies let the role use them.
   * @default - none: secrets that are encrypted by a key of AWS itself
   */
  readonly kmsKeyArns?: readonly string[];
  /** Region that the secrets and parameters are replicated to, for a SecretsSource with a failoverRegion. @default - none */
  readonly failoverRegion?: string;
}

const FIELDS = ['clusterName', 'account', 'region', 'roleName', 'namespace', 'serviceAccount', 'secretNames', 'secretArns', 'parameterNames', 'kmsKeyArns', 'failoverRegion'];
const SECRET_NAME = /^[\w/+=.@-]{1,512}$/;
const PARAMETER_NAME = /^\/?[\w.-]+(\/[\w.-]+)*$/;
const LEAST_PRIVILEGE = 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): one workload reads its own secrets, named one by one';

/**
 * The AWS identity of a workload's pods that reads its secrets, by EKS Pod Identity: the current value of each secret and parameter that is named, and
 * nothing else. The Secrets Store CSI driver asks with it (`SecretsSource.aws`).
 *
 * Serves 45 CFR 164.312(a)(1): one service account of one namespace of one cluster has the role. AWS ends the ARN of a secret with six characters of its own; a name
 * is therefore written with `-??????`, which takes no longer name (AWS Secrets Manager, permissions policy examples). Keys decrypt through the two services alone.
 *
 * @example
 *   new SecretReaderIdentity(stack, 'PortalSecrets', {
 *     clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-portal-secrets',
 *     namespace: 'healthcare-prod', serviceAccount: 'patient-portal', secretNames: ['healthcare-prod/db'],
 *   });
 */
export class SecretReaderIdentity extends Construct {
  public readonly role: IamRole;
  public readonly association: EksPodIdentityAssociation;

  public constructor(scope: Construct, id: string, props: SecretReaderIdentityProps) {
    super(scope, id);
    const path = this.node.path;
    checkProps(path, props);
    const { clusterName, region, namespace, serviceAccount } = props;
    this.role = new IamRole(this, 'Role', { name: props.roleName, assumeRolePolicy: new PolicyDocument(path, [podIdentityTrust(props)]).toJson() });
    new IamRolePolicy(this, 'RolePolicy', { name: 'read-secrets', role: this.role.name, policy: new PolicyDocument(path, statements(props)).toJson() });
    this.association = new EksPodIdentityAssociation(this, 'Resource', { clusterName, namespace, serviceAccount, roleArn: this.role.arn, region });

    Safeguard.implement(this.association, Control.AC11_WORKLOAD_ID, 'one service account of one namespace gets the role, which reads named secrets and trusts no other');
  }
}

function checkProps(path: string, props: SecretReaderIdentityProps): void {
  checkFields(path, props, FIELDS, 'the identity of a reader of secrets takes no other field');
  checkClusterName(path, 'clusterName', props.clusterName);
  checkAccount(path, 'account', props.account);
  for (const prop of ['region', 'failoverRegion'] as const) {
    if (prop === 'failoverRegion' && props[prop] === undefined) continue;
    checkRegion(path, prop, props[prop] as string);
    checkKnownAtSynth(path, prop, props[prop] as string);
  }
  if (props.failoverRegion !== undefined && partitionOf(props.failoverRegion) !== partitionOf(props.region)) {
    throw Errors.refused(path, 'failoverRegion is of another partition', props.failoverRegion, 'AWS Secrets Manager, replication stays within a partition', `use a region of the partition ${partitionOf(props.region)}`);
  }
  checkRoleName(path, 'roleName', props.roleName);
  checkDnsLabel(path, 'namespace', props.namespace);
  checkDnsSubdomain(path, 'serviceAccount', props.serviceAccount);
  const { secretNames = [], secretArns = [], parameterNames = [], kmsKeyArns = [] } = props;
  if (secretNames.length + secretArns.length + parameterNames.length === 0) throw Errors.refused(path, 'nothing is named to read', [], LEAST_PRIVILEGE, 'name secretNames, secretArns or parameterNames');
  for (const name of secretNames) checkName(path, 'secretNames', name, SECRET_NAME, 'healthcare-prod/db');
  for (const name of parameterNames) checkName(path, 'parameterNames', name, PARAMETER_NAME, '/healthcare-prod/db');
  for (const arn of secretArns) {
    checkArn(path, 'secretArns', arn, 'secretsmanager');
    checkPartition(path, 'secretArns', arn, props.region);
    if (!arn.includes('${') && !/:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(arn)) {
      throw Errors.refused(path, 'secretArns has an ARN without its end', arn, 'AWS Secrets Manager: an ARN ends with six characters of its own', 'use the full ARN, or the name in secretNames');
    }
  }
  for (const arn of kmsKeyArns) checkKeyArn(path, 'kmsKeyArns', arn, arn.split(':')[3] === props.failoverRegion ? props.failoverRegion : props.region);
}

function checkName(path: string, prop: string, name: string, pattern: RegExp, example: string): void {
  if (typeof name !== 'string' || !pattern.test(name)) throw Errors.refused(path, `${prop} has no name of a secret`, name, LEAST_PRIVILEGE, `use a name without wildcards, such as '${example}'`);
}

function statements(props: SecretReaderIdentityProps): PolicyStatementProps[] {
  const { account, region, failoverRegion, secretNames = [], secretArns = [], parameterNames = [], kmsKeyArns = [] } = props;
  const regions = failoverRegion === undefined ? [region] : [region, failoverRegion];
  const arns = (service: string, resource: string): string[] => regions.map((one) => `arn:${partitionOf(one)}:${service}:${one}:${account}:${resource}`);
  const secrets = [...secretNames.flatMap((name) => arns('secretsmanager', `secret:${name}-??????`)), ...secretArns];
  const parameters = parameterNames.flatMap((name) => arns('ssm', `parameter/${name.replace(/^\//, '')}`));
  const services = [...(secrets.length > 0 ? ['secretsmanager'] : []), ...(parameters.length > 0 ? ['ssm'] : [])];
  const viaServices: PolicyConditionProps = { operator: 'StringEquals', key: 'kms:ViaService', values: regions.flatMap((one) => services.map((service) => `${service}.${one}.${dnsSuffixOf(one)}`)) };
  return [
    ...allow('AllowSecrets', ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], secrets),
    ...allow('AllowParameters', ['ssm:GetParameters'], parameters),
    ...allow('AllowDecryption', ['kms:Decrypt'], kmsKeyArns, [viaServices]),
  ];
}

function allow(sid: string, actions: readonly string[], resources: readonly string[], conditions: readonly PolicyConditionProps[] = []): PolicyStatementProps[] {
  return resources.length === 0 ? [] : [{ sid, effect: PolicyEffect.ALLOW, actions, resources, conditions }];
}
