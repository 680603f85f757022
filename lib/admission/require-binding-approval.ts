import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { approvalOf, groupedByContent, isOfPeople, type ApprovedBinding, type ApprovedSubject, type EmittedBinding } from './approved-binding';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { BINDING_APPROVAL } from './policies/binding-approval/policy';

export interface RequireBindingApprovalProps extends ConstraintProps {
  /**
   * Bindings that are let in as they are: those that the platform itself is made of. Whatever applies them passes by their content, whoever it is.
   * An empty list lets nothing in but what ends.
   */
  readonly approvedBindings: readonly ApprovedBinding[];
  /**
   * Approves, as they are emitted, the bindings of people that stand in the same app, but for those that end: what a reviewed app gives is no access by hand.
   * @default false
   */
  readonly approveApp?: boolean;
  /**
   * Whether the cluster is one of Amazon EKS, where names that begin with `eks:` are those of its components: elsewhere an identity provider may give them to anybody.
   * @default false
   */
  readonly eks?: boolean;
}

const RULE = 'control AC6, 45 CFR 164.312(a)(2)(ii): who gets access was approved, or it ends';
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];
/** Groups that somebody is in without being put there, and the one that passes every authorizer. */
const EVERYBODY = /^system:(anonymous|authenticated|unauthenticated|masters|serviceaccounts(:.*)?)$/;
/** What RBAC takes for a name: a part of a path (Kubernetes, object names). */
const NAME = /^(?!\.{1,2}$)[^/%\s\p{C}]{1,253}$/u;

/**
 * Refuses access that is given by hand: a RoleBinding of a PHI namespace, or a ClusterRoleBinding, that gives a User or a Group something, unless it is
 *
 * - one of `approvedBindings`, to the letter: same place, name, role and subjects; or
 * - in a PHI namespace, a binding that ends: with the label `cdk8s-hipaa/break-glass`, and the annotations `cdk8s-hipaa/approver`, `cdk8s-hipaa/ticket` and
 *   `cdk8s-hipaa/expires` (UTC, YYYY-MM-DDThh:mm:ssZ). `BreakGlassReaper` removes it at that time, and after `longestHours` whatever time it names. There is no such way
 *   for the whole cluster: that is the standing binding of a group which is reached by a short session alone.
 *
 * Always refused: what reaches every caller or every program (`system:anonymous`, `system:unauthenticated`, `system:authenticated`, `system:serviceaccounts` and those
 * of a namespace), and `system:masters`. Programs may be bound, but in PHI namespaces, and by ClusterRoleBindings for ServiceAccounts of those, not to `cluster-admin`,
 * `admin`, `edit`, what these are made of, or the roles of controllers, unless approved; a User `system:serviceaccount:...` is one of them. In ClusterRoleBindings, what
 * Kubernetes calls its components by (`system:`), the group `kubeadm:cluster-admins`, and with `eks` what Amazon EKS does (`eks:`) pass, to roles that rule a namespace only as
 * these bind it themselves: so the API server restores its own bindings when it starts. Nodes and who joins as one (`system:nodes`, `system:bootstrappers`, and their users) get
 * so no other roles than the cluster's own, by name (`system:`, `kubeadm:`, and with `eks` `eks:`), and no controller's. Components of other platforms are approved like everybody.
 *
 * Two constraints: `Resource` for the RoleBindings of the PHI namespaces, and `Cluster`, which matches by no namespace, for ClusterRoleBindings. Gatekeeper's webhook and
 * audit let objects without a namespace through a match by namespaces, and its command line, gator, does not (pkg/mutation/match, pkg/gator/expand). Bindings that are
 * alike but for their namespaces are one entry of either, so that a thousand PHI namespaces fit. As a ValidatingAdmissionPolicy the rule holds all names in one expression, of
 * which the API server takes 100,000 characters (cel-go, ExpressionSizeCodePointLimit), and refuses it beyond: some 800 namespaces with three bindings each.
 *
 * Serves 45 CFR 164.312(a)(2)(ii). It is one part of control AC6 and claims none: it opens no session, tells nobody, and without the reaper nothing ends. It can't say
 * whether the named approver approved. What it doesn't see: what a Role says, what ServiceAccounts of other namespaces have in the cluster, and ways around RBAC, such as access
 * entries of EKS and client certificates. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the binding as it
 * was, and every deletion, is let through; the audit still reports what is there. With Gatekeeper, needs the template of `binding-approval` in the cluster first.
 *
 * @example
 *   new RequireBindingApproval(constraintsChart, 'BindingApproval', {
 *     phiNamespaces: ['healthcare-prod'],
 *     approvedBindings: [{
 *       namespace: 'healthcare-prod', name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor',
 *       subjects: [{ kind: 'Group', name: 'oidc:auditors@company.com' }],
 *     }],
 *   });
 */
export class RequireBindingApproval extends Construct {
  public constructor(scope: Construct, id: string, props: RequireBindingApprovalProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, BINDING_APPROVAL, props, ['approvedBindings', 'approveApp', 'eks']);
    checkDnsSubdomain(path, 'name', `${props.name ?? BINDING_APPROVAL.defaultName}-cluster`);
    checkBindings(path, props.approvedBindings, props.phiNamespaces);
    if (props.approveApp !== undefined && typeof props.approveApp !== 'boolean') throw Errors.refused(path, 'approveApp is no boolean', props.approveApp, RULE, 'use true or false');
    if (props.eks !== undefined && typeof props.eks !== 'boolean') throw Errors.refused(path, 'eks is no boolean', props.eks, RULE, 'use true or false');
    const eks = props.eks === true ? true : undefined;
    const phiNamespaces = [...props.phiNamespaces];
    const named = props.approvedBindings.map((binding): ApprovedBinding => ({ ...binding, subjects: binding.subjects.map((subject) => ({ ...subject })) }));
    const phi = new Set(phiNamespaces);
    const isJudged = ({ namespace }: ApprovedBinding): boolean => namespace === undefined || phi.has(namespace);
    const taken = new Set(named.map(placeOf));
    const approvedBindings = (): ApprovedBinding[] => {
      if (props.approveApp !== true) return named;
      // Once the app is whole: its user adds bindings after this.
      return [...named, ...bindingsOf(this).filter((own) => !taken.has(placeOf(own)))].filter(isJudged);
    };
    emitConstraint(this, BINDING_APPROVAL, props, () => ({ approvedBindings: groupedByContent(approvedBindings()), phiNamespaces, eks }));
  }
}

function placeOf({ namespace, name }: ApprovedBinding): string {
  return JSON.stringify([namespace, name]);
}

/** Bindings of people in the whole app, as they are emitted. */
function bindingsOf(scope: Construct): ApprovedBinding[] {
  return scope.node.root.node.findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.apiGroup === 'rbac.authorization.k8s.io' && /^(Cluster)?RoleBinding$/.test(construct.kind))
    .map((binding) => binding.toJson() as EmittedBinding).filter(isOfPeople).map((binding) => approvalOf(binding));
}

function checkBindings(path: string, bindings: readonly ApprovedBinding[], phiNamespaces: readonly string[]): void {
  if (!Array.isArray(bindings)) throw Errors.refused(path, 'approvedBindings is no list', bindings, RULE, 'name the bindings, or give an empty list');
  const seen = new Set<string>();
  const phi = new Set(phiNamespaces);
  for (const binding of bindings as readonly ApprovedBinding[]) {
    checkFields(path, binding, ['namespace', 'name', 'roleKind', 'roleName', 'subjects'], `${RULE}: a field that is not known would approve more than was meant`);
    const { namespace, name, roleKind, roleName, subjects } = binding;
    checkName(path, 'the name of an approved binding', name);
    checkName(path, 'the role of an approved binding', roleName);
    if (roleKind !== 'ClusterRole' && (roleKind !== 'Role' || namespace === undefined)) {
      throw Errors.refused(path, `the approved binding ${name} binds no such role`, roleKind, 'Kubernetes, RoleBinding and ClusterRoleBinding: roleRef.kind', namespace === undefined ? "use 'ClusterRole'" : "use 'Role' or 'ClusterRole'");
    }
    if (namespace !== undefined && !phi.has(namespace)) {
      throw Errors.refused(path, `the approved binding ${name} is in a namespace where none is judged`, namespace, RULE, `use one of ${phiNamespaces.join(', ')}, or leave the binding out`);
    }
    const place = placeOf(binding);
    if (seen.has(place)) throw Errors.refused(path, 'a binding is approved twice', name, RULE, 'remove one');
    seen.add(place);
    if (!Array.isArray(subjects) || subjects.length === 0) throw Errors.refused(path, `the approved binding ${name} names no subject`, subjects, RULE, 'name who gets access by it');
    for (const subject of subjects as readonly ApprovedSubject[]) checkSubject(path, subject);
  }
}

function checkSubject(path: string, subject: ApprovedSubject): void {
  checkFields(path, subject, ['kind', 'name', 'namespace'], `${RULE}: a field that is not known would approve more than was meant`);
  const { kind, name, namespace } = subject;
  if (!SUBJECT_KINDS.includes(kind)) throw Errors.refused(path, 'an approved subject is of no such kind', kind, 'Kubernetes, RBAC: kinds of subjects', `use ${SUBJECT_KINDS.join(', ')}`);
  checkText(path, 'the name of an approved subject', name);
  if (EVERYBODY.test(name)) {
    throw Errors.refused(path, 'an approved subject is no group of one\'s own', name, 'control AC4, 45 CFR 164.312(a)(1): access goes to people and programs that were chosen, and the policy refuses it all the same', 'name the group or the ServiceAccount that needs access');
  }
  if (kind === 'ServiceAccount') checkDnsLabel(path, 'the namespace of an approved ServiceAccount', namespace as string);
  else if (namespace !== undefined) throw Errors.refused(path, `an approved ${kind} has a namespace`, namespace, 'Kubernetes, RBAC: users and groups are of the whole cluster', 'leave namespace out');
}

function checkName(path: string, prop: string, name: string): void {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw Errors.refused(path, `${prop} is no name`, name, 'Kubernetes, object names: path segment names', 'use the name of the object, without a slash or a percent sign');
  }
}
