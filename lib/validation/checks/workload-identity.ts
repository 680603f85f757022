import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { hasCondition, statementsOf, type WrittenStatement } from '../policy-statements';
import type { SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

const POD_IDENTITY = 'pods.eks.amazonaws.com';
/**
 * What Velero lists before it backs up, and the EBS CSI driver before it makes and attaches volumes; and the token with which somebody comes to ECR, which opens no
 * repository by itself. EC2 and ECR take no narrower resource for it than all.
 */
const LISTINGS = [
  'ecr:getauthorizationtoken',
  'ec2:describeavailabilityzones', 'ec2:describeinstances', 'ec2:describeinstancetypes', 'ec2:describesnapshots', 'ec2:describetags', 'ec2:describevolumes', 'ec2:describevolumesmodifications',
  'ec2:describevolumestatus',
];

/** What hands out secrets: a wildcard in its resources is somebody else's secret. Six question marks at the end stand for what AWS adds to a name. */
const SECRET_READS = /^(secretsmanager:(batchgetsecretvalue|getsecretvalue)|ssm:getparameters?(bypath|history)?)$/;

/** What is checked on the identities of workloads: whom a role trusts, and what it may do. */
export const WORKLOAD_IDENTITY_CHECKS: readonly Check[] = [
  {
    control: Control.AC11_WORKLOAD_ID,
    kind: 'aws_eks_pod_identity_association',
    check: (object, context) => {
      const [namespace, account] = [at(object.content, 'namespace'), at(object.content, 'service_account')];
      if (!namespace || !account || !at(object.content, 'role_arn')) return 'the association names no single service account and role';
      const role = referenced(at(object.content, 'role_arn'), object, 'aws_iam_role', 'arn', context);
      if (!role) return 'the role of the association is not in its stack: nobody judged whom it trusts';
      return trustBeyond(role, (statement) => trustsPods(statement, String(namespace), String(account))) ?? widePermissions(role, context) ?? shipsNothing(role, context);
    },
  },
  {
    control: Control.AC11_WORKLOAD_ID,
    kind: 'aws_iam_role',
    check: (object, context) => trustBeyond(object, trustsServiceAccount) ?? widePermissions(object, context) ?? shipsNothing(object, context),
  },
];

/** What is wrong with the statements that let somebody assume a role. */
function trustBeyond(role: SynthesizedObject, judge: (statement: WrittenStatement) => string | undefined): string | undefined {
  const allowed = statementsOf(at(role.content, 'assume_role_policy')).filter((statement) => statement.allows);
  if (allowed.length === 0) return 'the role trusts nobody';
  return allowed.map(judge).find((flaw) => flaw !== undefined);
}

/** EKS Pod Identity tells the pod's namespace and service account in tags of the request (Amazon EKS, Pod Identity). */
function trustsPods(statement: WrittenStatement, namespace: string, account: string): string | undefined {
  const principals = [...statement.principals].flatMap(([type, names]) => names.map((name) => `${type} ${name}`));
  if (statement.inverted || principals.join() !== `Service ${POD_IDENTITY}`) return `the role trusts others than ${POD_IDENTITY}: ${principals.join(', ')}`;
  if (!hasCondition(statement, 'StringEquals', 'aws:RequestTag/kubernetes-namespace', namespace)) return `the role trusts pods outside of the namespace ${namespace}`;
  if (!hasCondition(statement, 'StringEquals', 'aws:RequestTag/kubernetes-service-account', account)) return `the role trusts other service accounts than ${account}`;
  const cluster = statement.conditions.some(({ operator, key, values }) => operator === 'ArnEquals' && key === 'aws:sourcearn' && values.every((value) => !value.includes('*')));
  return cluster ? undefined : 'the role trusts other clusters too: no ArnEquals condition names one in aws:SourceArn';
}

function trustsServiceAccount(statement: WrittenStatement): string | undefined {
  const others = [...statement.principals.keys()].filter((type) => type !== 'Federated');
  if (statement.inverted || others.length > 0 || statement.principals.size === 0) return 'the role trusts others than an identity provider';
  const fixed = (claim: string): boolean => statement.conditions.some(({ operator, key }) => operator === 'StringEquals' && key.endsWith(claim));
  if (!fixed(':sub')) return 'the role trusts every service account of the cluster';
  return fixed(':aud') ? undefined : 'the role trusts tokens that were made for others';
}

/** A permission of a role on every action of a service, or on everything. */
function widePermissions(role: SynthesizedObject, context: CheckContext): string | undefined {
  const inline = [...attached('aws_iam_role_policy', role, context).map(({ content }) => at(content, 'policy')), ...listAt(role.content, 'inline_policy').map((block) => at(block, 'policy'))];
  const managed = [...attached('aws_iam_role_policy_attachment', role, context).map(({ content }) => at(content, 'policy_arn')), ...listAt(role.content, 'managed_policy_arns')].map(String);
  for (const statement of inline.flatMap(statementsOf).filter(({ allows }) => allows)) {
    const wide = statement.inverted ? 'all but what it names' : [...statement.actions.filter((action) => action.includes('*')), ...(statement.actions.every((action) => LISTINGS.includes(action)) ? [] : statement.resources.filter((resource) => resource === '*')),
      ...(statement.actions.some((action) => SECRET_READS.test(action)) ? statement.resources.filter((resource) => /[*?]/.test(resource.replace(/-\?{6}$/, ''))) : [])][0];
    if (wide !== undefined) return `the role may do more than its work: ${wide}`;
  }
  const administrator = managed.find((arn) => /:aws:policy\/(.*\/)?(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/.test(arn));
  return administrator && `the role may do more than its work: ${administrator}`;
}

/** Whether the log shipper's role keeps it from the archive: without s3:PutObject there, no log leaves its node. */
function shipsNothing(role: SynthesizedObject, context: CheckContext): string | undefined {
  const { logShipperRole, archiveBucket } = context.profile.names;
  if (at(role.content, 'name') !== logShipperRole) return undefined;
  const puts = attached('aws_iam_role_policy', role, context).filter((policy) => unsettled(policy) === undefined)
    .flatMap(({ content }) => statementsOf(at(content, 'policy')))
    .filter((statement) => statement.inverted || statement.actions.some((action) => ['s3:putobject', 's3:*', '*'].includes(action)));
  const denied = puts.some((statement) => statement.denies);
  const allowed = puts.some((statement) => statement.allows && !statement.inverted
    && statement.resources.some((resource) => isUnderBucket(resource, role, archiveBucket, context)));
  return allowed && !denied ? undefined : `no aws_iam_role_policy lets the log shipper put objects into the archive ${archiveBucket}`;
}

/** Whether a resource of a policy is objects of a bucket, by its ARN as text or as a reference. */
function isUnderBucket(resource: string, from: SynthesizedObject, bucket: string, context: CheckContext): boolean {
  const [arn] = resource.split('/');
  if (arn === resource) return false;
  if (!arn.startsWith('${')) return /^arn:aws[a-z-]*:s3:::/.test(arn) && arn.slice(arn.indexOf(':::') + 3) === bucket;
  return arn.endsWith('.arn}') && at(referenced(arn, from, 'aws_s3_bucket', 'bucket', context)?.content, 'bucket') === bucket;
}

/** The resources of a type that are about a role. */
function attached(type: string, role: SynthesizedObject, context: CheckContext): readonly SynthesizedObject[] {
  return context.once(`${type} by role`, () => {
    const byRole = new Map<SynthesizedObject | undefined, SynthesizedObject[]>();
    for (const resource of context.ofKind(type)) {
      const to = referenced(at(resource.content, 'role'), resource, 'aws_iam_role', 'name', context);
      byRole.set(to, [...(byRole.get(to) ?? []), resource]);
    }
    return byRole;
  }).get(role) ?? [];
}
