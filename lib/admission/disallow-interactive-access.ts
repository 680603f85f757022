import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkGroup, checkKnownAtSynth, checkPrincipalArn, checkText, checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { INTERACTIVE_ACCESS } from './policies/interactive-access/policy';

export interface DisallowInteractiveAccessProps extends ConstraintProps {
  /**
   * Groups that may, as the cluster knows them, the prefix included: the break-glass group, in which nobody is from day to day. Exact, with case.
   * An empty list lets nobody in by a group.
   */
  readonly groups: readonly string[];
  /**
   * Users that may, as the cluster knows them: ServiceAccounts of programs that run commands in pods, `system:serviceaccount:velero:velero` for the hooks of a
   * backup. Exact, with case.
   * @default - none
   */
  readonly users?: readonly string[];
  /**
   * ARNs of IAM roles whose sessions may, on Amazon EKS: that of `BreakGlassRole`, which is in no group. Only where their access entries keep EKS's own name of the
   * user, the ARN of the session.
   * @default - none
   */
  readonly roleArns?: readonly string[];
}

const RULE = 'control AC5, 45 CFR 164.312(a)(1): who reaches into a pod with PHI broke the glass';
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]*):([^:]*)$/;
const ROLE = /^arn:([^:]+):iam::([0-9]{12}):role\/(?:.*\/)?([^/]+)$/;

/**
 * Refuses to reach into the running pods of PHI namespaces, whoever asks, but for members of `groups`, `users` and sessions of `roleArns`:
 *
 * - exec, attach and port-forward, and the proxies of pods and Services, which go around NetworkPolicies and Ingresses; over WebSockets as over SPDY, between which
 *   RBAC tells by the verb and admission does not;
 * - ephemeral containers, which `kubectl debug` adds to a running pod and which see its processes and files: what they find stands in their log, without exec.
 *
 * It is a second lock beside RBAC, which has to grant the same first, and it holds where RBAC was loosened: cluster-admin and `system:masters` are refused as well. So
 * whoever breaks the glass has to come in by a group, a user or a role that is named here. A `TemporaryBinding` gives rights, and puts nobody into a group: it opens
 * exec to a group that stands here, and to nobody else. On Amazon EKS, `BreakGlassRole` is in no group, so name it in `roleArns`.
 *
 * Names are compared as a whole and with case. Groups that everybody is in are refused, as are ServiceAccounts of the PHI namespaces themselves, which anybody is who may
 * create a pod there. An exemption names a pod or a Service by its own name (`Pod/healthcare-prod/console-0`); that of a workload passes nothing over, as a connection
 * does not tell whose pod it is.
 *
 * What it can't see: the kubelet's own API, from the nodes' network or by `nodes/proxy`, where no admission asks about the pod (keep `nodes/proxy` from everybody, and
 * the kubelet's authorization on); who impersonates, as the API server then names whom they impersonate (keep `impersonate` from everybody); what is typed, which
 * session recording keeps; what a pod runs that is made anew; and logs. It judges the moment of connecting: a session that is open goes on.
 *
 * The webhook has to ask about CONNECT, which Gatekeeper's chart leaves out unless told (`enableConnectOperations`), and to fail closed (`GatekeeperWebhook`). Where it
 * does, exec waits for Gatekeeper in an emergency, too; a policy of the API server waits for nobody.
 *
 * Serves 45 CFR 164.312(a)(1). It is one part of control AC5 and claims none, as roles have to leave exec out in the first place. With Gatekeeper, needs the template of
 * `interactive-access` in the cluster first. The gate has nothing to say to it, as no file holds a connection.
 *
 * @example
 *   new DisallowInteractiveAccess(constraintsChart, 'InteractiveAccess', {
 *     phiNamespaces: ['healthcare-prod'],
 *     groups: ['oidc:break-glass@company.com'],
 *     users: ['system:serviceaccount:velero:velero'],
 *   });
 */
export class DisallowInteractiveAccess extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowInteractiveAccessProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, INTERACTIVE_ACCESS, props, ['groups', 'users', 'roleArns']);
    const { groups, users, roleArns } = props;
    if (groups === undefined) throw Errors.missing(path, 'groups', 'name the break-glass group, or give an empty list where nobody comes in by one');
    checkNames(path, 'groups', groups);
    for (const group of groups) checkGroup(path, 'groups', group);
    checkNames(path, 'users', users ?? []);
    for (const user of users ?? []) checkUser(path, user, props.phiNamespaces);
    checkNames(path, 'roleArns', roleArns ?? []);
    const own = { groups: [...groups], users: users && [...users], sessions: roleArns?.map((arn) => sessionsOf(path, arn)) };
    emitConstraint(this, INTERACTIVE_ACCESS, props, () => own);
  }
}

function checkNames(path: string, prop: string, names: readonly string[]): void {
  checkTexts(path, prop, names, RULE, `name each of ${prop} in a list`);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) throw Errors.refused(path, `${prop} names one twice`, name, RULE, 'remove one');
  });
}

function checkUser(path: string, user: string, phiNamespaces: readonly string[]): void {
  checkText(path, 'users', user);
  if (/[\s*\p{C}]/u.test(user)) throw Errors.refused(path, 'users has what is no user name', user, `${RULE}; names are compared as they are`, 'use the name that the audit log has');
  if (!/^system:/i.test(user)) return;
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user) ?? [];
  if (namespace === undefined) {
    throw Errors.refused(path, "users has one of Kubernetes' own", user, 'control AC4, 45 CFR 164.312(a)(1): no component of Kubernetes, and nobody without a name, runs commands in pods', "name a person, or 'system:serviceaccount:<namespace>:<name>'");
  }
  checkDnsLabel(path, 'the namespace of a ServiceAccount in users', namespace);
  checkDnsSubdomain(path, 'the name of a ServiceAccount in users', name);
  if (name === 'default') throw Errors.refused(path, 'users has a ServiceAccount that every pod of its namespace has', user, RULE, 'give the program a ServiceAccount of its own');
  if (phiNamespaces.includes(namespace)) throw Errors.refused(path, 'users has a ServiceAccount of a PHI namespace', user, `${RULE}; whoever may create a pod there has its rights`, 'run the program in a namespace of its own');
}

/** What user names of a role's sessions begin with: AWS leaves the role's path out. */
function sessionsOf(path: string, arn: string): string {
  checkPrincipalArn(path, 'roleArns', arn);
  checkKnownAtSynth(path, 'roleArns', arn);
  const [, partition, account, name] = ROLE.exec(arn) ?? [];
  if (name === undefined) throw Errors.refused(path, 'roleArns has what is no role', arn, `${RULE}; an IAM user has no session that ends`, "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/break-glass'");
  return `arn:${partition}:sts::${account}:assumed-role/${name}/`;
}
