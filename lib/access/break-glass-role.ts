import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { Construct } from 'constructs';
import { LogAlarm } from '../alarms/log-alarm';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { BREAK_GLASS_GROUP } from '../manifests/break-glass-labels';
import { partitionOf } from '../profile/aws';
import { checkArn, checkClusterName, checkFields, checkKnownAtSynth, checkLogGroupName, checkRegion, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { assumptionPattern } from './assumption-pattern';
import { EksAccessEntry } from './eks-access-entry';
import { EksAccessLevel, EksAccessPolicy } from './eks-access-policy';
import { checkPeopleRole, describeCluster, PEOPLE_ROLE_FIELDS, peopleRole, type PeopleRoleProps } from './people-role';

export interface BreakGlassRoleProps extends PeopleRoleProps {
  /** Cluster that the role administers while the glass is broken; the `name` of its resource makes Terraform wait for it. */
  readonly clusterName: string;
  /** CloudWatch log group of a trail that records management events of every region, reads included. */
  readonly trailLogGroupName: string;
  /** Whom the alarm tells. */
  readonly topicArn: string;
  /** Name of the alarm on every use; unique in the account and region. */
  readonly alarmName: string;
  /**
   * Region of the trail's log group and of the topic.
   * @default - `region`
   */
  readonly alarmRegion?: string;
  /**
   * What the reason has to look like, with `*` and `?` as in StringLike, such as `INC-????*` for the number of an incident. It needs at least one character.
   * @default "?*"
   */
  readonly reasonPattern?: string;
}

const FIELDS = [...PEOPLE_ROLE_FIELDS, 'clusterName', 'trailLogGroupName', 'topicArn', 'alarmName', 'alarmRegion', 'reasonPattern'];
/** Characters of a tag's value, and the wildcards of StringLike. */
const REASON_PATTERN = /^[\p{L}\p{N} _.:/=+@?*-]{1,256}$/u;
/** A minute: somebody should look while the session lasts. */
const ALARM_PERIOD = 60;

/**
 * Emergency access: a role that administers the cluster for an hour, that nobody gets without saying why, and that rings an alarm each time.
 *
 * Serves 45 CFR 164.312(a)(2)(ii). EKS grants the administration itself (an access policy), so that it works when RBAC, an admission webhook or the
 * cluster's identity provider is broken. The reason is the session tag `reason`, which CloudTrail keeps with the event. The alarm counts every attempt, refused ones too,
 * in the trail's log group: minutes later, as CloudTrail delivers. Let people sign in here in a way that does not rest on the identity provider (`SignIn.iamUsers`).
 *
 * To break the glass, from IAM users or IAM Identity Center (the console's switch of roles passes no tags):
 * `aws sts assume-role --role-arn ... --role-session-name <own name> --tags Key=reason,Value='INC-1234 portal down'`, IAM users with `--serial-number`
 * and `--token-code` too. Their own policy or permission set has to allow sts:AssumeRole and sts:TagSession on the role. SAML and OIDC providers
 * have to pass the tag themselves.
 *
 * @example
 *   new BreakGlassRole(stack, 'BreakGlass', {
 *     roleName: 'healthcare-cluster-break-glass',
 *     description: 'Emergency access to healthcare-cluster',
 *     signIn: SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/break-glass/alice'] }),
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     clusterName: 'healthcare-cluster',
 *     trailLogGroupName: '/hipaa/healthcare-cluster/cloudtrail',
 *     topicArn: topic.topicArn,
 *     alarmName: 'healthcare-cluster-break-glass-assumed',
 *   });
 */
export class BreakGlassRole extends Construct {
  public readonly role: IamRole;
  /** ARN of the role, as a reference. */
  public readonly roleArn: string;
  public readonly alarm: LogAlarm;
  public readonly accessEntry: EksAccessEntry;

  public constructor(scope: Construct, id: string, props: BreakGlassRoleProps) {
    super(scope, id);
    this.check(props);
    const { account, region, clusterName } = props;
    const partition = partitionOf(region);
    this.role = peopleRole(this, props, [describeCluster(`arn:${partition}:eks:${region}:${account}:cluster/${clusterName}`), ...(props.statements ?? [])], props.reasonPattern ?? '?*');
    this.roleArn = this.role.arn;
    this.alarm = new LogAlarm(this, 'Alarm', {
      alarmName: props.alarmName,
      description: `Somebody broke the glass, or tried to: a session of ${props.roleName} administers ${clusterName}. Ask who and why; CloudTrail has the name and the reason.`,
      logGroupName: props.trailLogGroupName,
      // The ARN as events have it, which no reference gives before the role is there.
      pattern: assumptionPattern(`arn:${partition}:iam::${account}:role/${props.roleName}`),
      periodSeconds: ALARM_PERIOD,
      topicArn: props.topicArn,
      region: props.alarmRegion ?? region,
    });
    this.accessEntry = new EksAccessEntry(this, 'AccessEntry', {
      clusterName, principalArn: this.roleArn, kubernetesGroups: [BREAK_GLASS_GROUP], accessPolicies: [EksAccessPolicy.onCluster(EksAccessLevel.CLUSTER_ADMIN)], account, region,
    });
    Safeguard.implement(this.role, Control.AC6_BREAK_GLASS, 'an hour of administration for a stated reason, with an alarm on each use');
  }

  private check(props: BreakGlassRoleProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a role for emergencies takes no other field; its session is an hour');
    checkPeopleRole(path, props);
    checkKnownAtSynth(path, 'roleName', props.roleName);
    checkClusterName(path, 'clusterName', props.clusterName);
    checkLogGroupName(path, 'trailLogGroupName', props.trailLogGroupName);
    checkArn(path, 'topicArn', props.topicArn, 'sns');
    checkText(path, 'alarmName', props.alarmName);
    if (props.alarmRegion !== undefined) checkRegion(path, 'alarmRegion', props.alarmRegion);
    const reason = props.reasonPattern;
    if (reason !== undefined && (typeof reason !== 'string' || !REASON_PATTERN.test(reason) || reason.replaceAll('*', '').trim() === '')) {
      throw Errors.refused(path, 'reasonPattern takes no reason for one', reason, 'control AC6, 45 CFR 164.312(a)(2)(ii): the reason is recorded', "leave it out, or use a pattern such as 'INC-????*'");
    }
  }
}
