import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { HipaaBindingApproval, type HipaaBindingApprovalSpecParametersApprovedBindings } from '../../imports/constraints.gatekeeper.sh';
import { Control } from '../controls/control';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { MatchedKinds } from './admission-policy';
import { approvalOf, isOfPeople, type ApprovedBinding, type ApprovedSubject, type EmittedBinding } from './approved-binding';
import { constraintFields, fallShortUnlessDenied, type ConstraintProps } from './constraint';
import type { EnforcementAction } from './enforcement-action';
import { BINDING_APPROVAL } from './policies/binding-approval/policy';

export interface RequireBindingApprovalProps extends ConstraintProps {
  /** Namespaces that hold PHI: RoleBindings are judged there, ClusterRoleBindings everywhere. */
  readonly phiNamespaces: readonly string[];
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
   * What happens to a binding that nobody approved.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /** Name of the constraint for RoleBindings; the one for ClusterRoleBindings has `-cluster` behind it. @default hipaa-binding-approval */
  readonly name?: string;
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
 * Kubernetes, kubeadm and Amazon EKS call their components by (`system:`, `kubeadm:`, `eks:`) passes, to roles that rule a namespace only as these bind it themselves: so the
 * API server restores its own bindings when it starts. Components of other platforms are approved like everybody.
 *
 * Two constraints: `Resource` for the RoleBindings of the PHI namespaces, and `Cluster`, which matches by no namespace, for ClusterRoleBindings. Gatekeeper's webhook and
 * audit let objects without a namespace through a match by namespaces, and its command line, gator, does not (pkg/mutation/match, pkg/gator/expand).
 *
 * Serves 45 CFR 164.312(a)(2)(ii). It is one part of control AC6 and claims none: it opens no session, tells nobody, and without the reaper nothing ends. It can't say
 * whether the named approver approved. What it doesn't see: what a Role says, what ServiceAccounts of other namespaces have in the cluster, and ways around RBAC, such as access
 * entries of EKS and client certificates. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the binding as it
 * was, and every deletion, is let through; the audit still reports what is there. Needs `BindingApprovalTemplate` in the cluster first.
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
    const { metadata, spec: { enforcementAction, match } } = constraintFields(path, BINDING_APPROVAL, props, ['approvedBindings', 'approveApp']);
    const { name } = metadata;
    checkDnsSubdomain(path, 'name', clusterName(name));
    checkBindings(path, props.approvedBindings, props.phiNamespaces);
    if (props.approveApp !== undefined && typeof props.approveApp !== 'boolean') throw Errors.refused(path, 'approveApp is no boolean', props.approveApp, RULE, 'use true or false');
    const named = props.approvedBindings.map((binding): HipaaBindingApprovalSpecParametersApprovedBindings =>
      ({ ...binding, subjects: binding.subjects.map((subject) => ({ ...subject })) }));
    const approved = (ofCluster: boolean): HipaaBindingApprovalSpecParametersApprovedBindings[] => {
      const wanted = ({ namespace }: { readonly namespace?: string }): boolean =>
        (ofCluster ? namespace === undefined : namespace !== undefined && props.phiNamespaces.includes(namespace));
      if (props.approveApp !== true) return named.filter(wanted);
      // Once the app is whole: its user adds bindings after this.
      const isNamed = (own: ApprovedBinding): boolean => named.some((other) => other.name === own.name && other.namespace === own.namespace);
      return Lazy.any({ produce: () => [...named, ...bindingsOf(this).filter((own) => !isNamed(own))].filter(wanted) }) as HipaaBindingApprovalSpecParametersApprovedBindings[];
    };

    const inNamespaces = new HipaaBindingApproval(this, 'Resource', {
      metadata,
      spec: { enforcementAction, match: { kinds: kindsOf('RoleBinding'), namespaces: match.namespaces }, parameters: { approvedBindings: approved(false) } },
    });
    const ofCluster = new HipaaBindingApproval(this, 'Cluster', {
      metadata: { name: clusterName(name) },
      spec: {
        enforcementAction,
        match: { kinds: kindsOf('ClusterRoleBinding') },
        parameters: { approvedBindings: approved(true), phiNamespaces: match.namespaces },
      },
    });
    for (const constraint of [inNamespaces, ofCluster]) fallShortUnlessDenied(constraint, Control.AC6_BREAK_GLASS, props);
  }
}

/** Bindings of people in the whole app, as they are emitted. */
function bindingsOf(scope: Construct): HipaaBindingApprovalSpecParametersApprovedBindings[] {
  return scope.node.root.node.findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.apiGroup === 'rbac.authorization.k8s.io' && /^(Cluster)?RoleBinding$/.test(construct.kind))
    .map((binding) => binding.toJson() as EmittedBinding).filter(isOfPeople).map((binding) => approvalOf(binding) as HipaaBindingApprovalSpecParametersApprovedBindings);
}

function clusterName(name: string): string {
  return `${name}-cluster`;
}

function kindsOf(kind: string): MatchedKinds[] {
  return BINDING_APPROVAL.matches.map(({ apiGroups }) => ({ apiGroups, kinds: [kind] }));
}

function checkBindings(path: string, bindings: readonly ApprovedBinding[], phiNamespaces: readonly string[]): void {
  if (!Array.isArray(bindings)) throw Errors.refused(path, 'approvedBindings is no list', bindings, RULE, 'name the bindings, or give an empty list');
  const seen = new Set<string>();
  for (const binding of bindings as readonly ApprovedBinding[]) {
    checkFields(path, binding, ['namespace', 'name', 'roleKind', 'roleName', 'subjects'], `${RULE}: a field that is not known would approve more than was meant`);
    const { namespace, name, roleKind, roleName, subjects } = binding;
    checkName(path, 'the name of an approved binding', name);
    checkName(path, 'the role of an approved binding', roleName);
    if (roleKind !== 'ClusterRole' && (roleKind !== 'Role' || namespace === undefined)) {
      throw Errors.refused(path, `the approved binding ${name} binds no such role`, roleKind, 'Kubernetes, RoleBinding and ClusterRoleBinding: roleRef.kind', namespace === undefined ? "use 'ClusterRole'" : "use 'Role' or 'ClusterRole'");
    }
    if (namespace !== undefined && !phiNamespaces.includes(namespace)) {
      throw Errors.refused(path, `the approved binding ${name} is in a namespace where none is judged`, namespace, RULE, `use one of ${phiNamespaces.join(', ')}, or leave the binding out`);
    }
    const place = JSON.stringify([namespace, name]);
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
