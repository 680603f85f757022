import { Construct } from 'constructs';
import { LogAlarm } from '../alarms/log-alarm';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkFields, checkInteger, checkKnownAtSynth, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkNamePrefix } from './alarm-names';
import {
  admissionPatterns, anonymousPatterns, AuditLogAlarmName, breakGlassPatterns, execPatterns, HIGHEST_UNAUTHORIZED_THRESHOLD, rbacPatterns, unauthorizedPatterns,
} from './audit-log-patterns';

export interface AuditLogAlarmsProps {
  /** What the alarms' names begin with, such as the cluster's name. */
  readonly namePrefix: string;
  /** The log group that EKS writes to; give it as a reference where the stack makes it. */
  readonly logGroupName: string;
  /** Namespaces in which PHI is processed, at least one. */
  readonly phiNamespaces: readonly string[];
  /**
   * IAM role that people assume in an emergency; each use of it in the cluster rings.
   * @default - no alarm on emergency access
   */
  readonly breakGlassRoleName?: string;
  /** ARN of the topic that the alarms tell. */
  readonly topicArn: string;
  /** Region of the log group, the alarms and the topic. */
  readonly region: string;
  /**
   * Refused requests (401, 403) in five minutes that ring, 1 to 100. A misconfigured agent refused once a minute stays below the default; who tries one
   * permission after the other does not.
   * @default 20
   */
  readonly unauthorizedThreshold?: number;
}

const FIELDS = ['namePrefix', 'logGroupName', 'phiNamespaces', 'breakGlassRoleName', 'topicArn', 'region', 'unauthorizedThreshold'];
/** Filters that the namespaces may take of the hundred that a log group has (Amazon CloudWatch Logs, PutMetricFilter); some hundred namespaces fit. */
const MOST_EXEC_FILTERS = 80;

/**
 * Alarms on the audit log of an EKS cluster: refused requests, anonymous access, ways into PHI pods, changes of RBAC and of admission, emergency access.
 *
 * Serves 45 CFR 164.308(a)(1)(ii)(D) and 308(a)(5)(ii)(C). Attempts ring as well as successes. Two sorts of noise are left out, neither of which a person
 * makes: the API server and the aggregation controller change roles on their own, and load balancers ask for /healthz and its like. To borrow that
 * controller's name takes a token of kube-system, and asking for one rings as a change of RBAC does. A deployment that applies roles or constraints rings:
 * that is the review.
 *
 * @example
 *   new AuditLogAlarms(stack, 'AuditLogAlarms', {
 *     namePrefix: 'healthcare-cluster',
 *     logGroupName: '/aws/eks/healthcare-cluster/cluster',
 *     phiNamespaces: ['healthcare-prod'],
 *     breakGlassRoleName: 'healthcare-cluster-break-glass',
 *     topicArn: topic.topicArn,
 *     region: 'us-east-1',
 *   });
 */
export class AuditLogAlarms extends Construct {
  public readonly unauthorized: LogAlarm;
  public readonly anonymous: LogAlarm;
  public readonly exec: LogAlarm;
  public readonly rbac: LogAlarm;
  public readonly admission: LogAlarm;
  /** Undefined where no emergency role was named. */
  public readonly breakGlass?: LogAlarm;
  private readonly props: AuditLogAlarmsProps;

  public constructor(scope: Construct, id: string, props: AuditLogAlarmsProps) {
    super(scope, id);
    this.props = props;
    this.check();
    this.unauthorized = this.add('Unauthorized', AuditLogAlarmName.UNAUTHORIZED, unauthorizedPatterns(), props.unauthorizedThreshold ?? 20, Control.AU8_LOGIN_MONITOR,
      'The API server refused many requests. Find who asked by user.username and sourceIPs in the audit log, and whether anything was granted before or after.');
    const review = (childId: string, name: AuditLogAlarmName, patterns: readonly string[], description: string): LogAlarm =>
      this.add(childId, name, patterns, 1, Control.AU7_REVIEW, description);
    this.anonymous = review('Anonymous', AuditLogAlarmName.ANONYMOUS, anonymousPatterns(),
      'Somebody who did not sign in asked the API server for more than its health. Check responseStatus.code: below 400 means that it was granted, and which binding lets system:unauthenticated in.');
    this.exec = review('Exec', AuditLogAlarmName.EXEC, execPatterns(props.phiNamespaces),
      'Somebody opened a way into a pod of a PHI namespace (exec, attach, portforward, proxy, ephemeral container) or into a node. Ask user.username for the reason; end it where there is none.');
    this.rbac = review('Rbac', AuditLogAlarmName.RBAC, rbacPatterns(),
      'A role or a binding was changed, or somebody asked for a token of kube-system. Compare it with an approved change.');
    this.admission = review('Admission', AuditLogAlarmName.ADMISSION, admissionPatterns(),
      'An admission webhook, an admission policy, a Gatekeeper constraint or its template was changed or deleted. Compare it with an approved change; until then the cluster may admit anything.');
    if (props.breakGlassRoleName !== undefined) {
      this.breakGlass = review('BreakGlass', AuditLogAlarmName.BREAK_GLASS, breakGlassPatterns(props.breakGlassRoleName),
        'The role for emergencies was used in the cluster. Confirm the emergency with who assumed it, and review all that the session did.');
    }
  }

  private add(childId: string, name: AuditLogAlarmName, [pattern, ...morePatterns]: readonly string[], threshold: number, control: Control, description: string): LogAlarm {
    const { namePrefix, logGroupName, topicArn, region } = this.props;
    const alarm = new LogAlarm(this, childId, { alarmName: `${namePrefix}-${name}`, description, logGroupName, pattern, morePatterns, threshold, topicArn, region });
    Safeguard.implement(alarm.metricAlarm.alarm, control, `tells a topic of what its filters find in the audit log: ${name}`);
    return alarm;
  }

  private check(): void {
    const path = this.node.path;
    const { props } = this;
    checkFields(path, props, FIELDS, 'alarms on an audit log take no other field');
    checkNamePrefix(path, props.namePrefix);
    if (!Array.isArray(props.phiNamespaces) || props.phiNamespaces.length === 0) {
      throw Errors.refused(path, 'phiNamespaces names none', props.phiNamespaces, 'control AU7, 45 CFR 164.308(a)(1)(ii)(D): access to PHI is reviewed', "name the namespaces: ['healthcare-prod']");
    }
    for (const namespace of props.phiNamespaces) checkDnsLabel(path, 'phiNamespaces', namespace);
    const filters = execPatterns(props.phiNamespaces).length;
    if (filters > MOST_EXEC_FILTERS) {
      throw Errors.refused(path, 'phiNamespaces need more filters than a log group has room for', filters, 'Amazon CloudWatch Logs, PutMetricFilter: 100 filters a log group', 'use fewer namespaces, or shorter names');
    }
    if (props.breakGlassRoleName !== undefined) {
      checkRoleName(path, 'breakGlassRoleName', props.breakGlassRoleName);
      checkKnownAtSynth(path, 'breakGlassRoleName', props.breakGlassRoleName);
    }
    checkInteger(path, 'unauthorizedThreshold', props.unauthorizedThreshold ?? 20, 1, HIGHEST_UNAUTHORIZED_THRESHOLD, 'control AU8, 45 CFR 164.308(a)(5)(ii)(C): a burst of refused requests');
  }
}
