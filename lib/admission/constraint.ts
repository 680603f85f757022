import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ControlException } from '../controls/exception';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { AdmissionEngine, AdmissionEngineKind } from '../profile/admission-engine';
import type { AdmissionPolicy, MatchedKinds } from './admission-policy';
import { EnforcementAction } from './enforcement-action';
import { exemptionsOf } from './exemptions';
import { isOfCluster } from './resource-names';
import { paramsExpression, validatingPolicy, validatingPolicyBinding } from './validating-policy';

/** What every constraint takes. */
export interface ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. Objects that belong to no namespace are judged wherever a rule is about them. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an object that violates the constraint. Anything but DENY leaves the control not met.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /**
   * Name of the constraint, which Gatekeeper puts before its messages.
   * @default - the policy's name, such as hipaa-ingress-tls
   */
  readonly name?: string;
  /**
   * Objects that the rule passes over, each with its reason, its approver and its end: exceptions with `rule` and `object`. An exemption covers the object of that kind, name and
   * namespace, and what Kubernetes' own controllers make for it, down to the pods: ReplicaSets of a Deployment, Jobs of a CronJob, and pods of these and of a DaemonSet,
   * StatefulSet, ReplicaSet, ReplicationController or Job. In the cluster these are known by who asks (kube-controller-manager, or a controller's ServiceAccount of kube-system),
   * as anybody may write any owner into an object, and any name; the audit and the gate know nobody who asks, and go by the controller among `ownerReferences`. It does not
   * cover what a person writes under such an owner, a changed specification of such a pod included, nor what an operator makes, of an exempt object or of its own kind: name
   * those themselves. Exemptions leave the control not met, or excepted where
   * the profile says so of the whole control. Nobody ends them in the cluster: `cdk8s-hipaa check` tells those that have expired.
   * @default - none
   */
  readonly exemptions?: readonly ControlException[];
  /**
   * What judges requests in the cluster.
   * @default AdmissionEngine.gatekeeper()
   */
  readonly engine?: AdmissionEngine;
}

/** cel-go's limit of an expression, which Kubernetes leaves as it is. */
const MOST_CODE_POINTS = 100_000;

const COMMON = ['phiNamespaces', 'enforcementAction', 'name', 'exemptions', 'engine'];

/** Checks the props that all constraints share. @param own names of the others. @internal */
export function checkConstraint(path: string, policy: AdmissionPolicy, props: ConstraintProps, own: readonly string[] = []): void {
  checkFields(path, props, [...COMMON, ...own], `${policy.kind}: a field that is not known would be lost, and the constraint be another than was meant`);
  checkDnsSubdomain(path, 'name', props.name ?? policy.defaultName);
  checkNamespaces(path, props.phiNamespaces);
  checkAction(path, props.enforcementAction ?? EnforcementAction.DENY);
  const engine = props.engine ?? AdmissionEngine.gatekeeper();
  if (!(engine instanceof AdmissionEngine)) throw Errors.refused(path, 'engine is no AdmissionEngine', engine, 'a rule is written for one engine', 'use AdmissionEngine.gatekeeper() or AdmissionEngine.apiServer(version)');
  if (engine.kind === AdmissionEngineKind.API_SERVER && policy.cel === undefined) {
    throw Errors.refused(path, `the rule is not for the API server: ${policy.beyondCel}`, policy.id, 'a ValidatingAdmissionPolicy sees one object, in CEL', 'use AdmissionEngine.gatekeeper(), or leave the rule out');
  }
}

/** What a constraint emits: by its main child, that what it enforces is claimed. @internal */
export interface EmittedConstraint {
  /** `Resource`: the constraint, or the binding of the ValidatingAdmissionPolicy. */
  readonly resource: ApiObject;
  /** Whether it refuses every object that violates it, and may be claimed. */
  readonly enforces: boolean;
}

/**
 * Emits a rule for its engine: a constraint (`Resource`), with a second one (`Cluster`) where the rule is about objects without a namespace as well, or a
 * ValidatingAdmissionPolicy (`Policy`) with its binding (`Resource`). The match names every kind that the rule judges and the PHI namespaces; there is no
 * excludedNamespaces, as a list of exclusions lets in silence what it names.
 *
 * @param own values of the rule's parameters; those that are undefined are left out; a function is called once the app is whole.
 * @internal
 */
export function emitConstraint(scope: Construct, policy: AdmissionPolicy, props: ConstraintProps, own: () => Readonly<Record<string, unknown>> = () => ({})): EmittedConstraint {
  const action = props.enforcementAction ?? EnforcementAction.DENY;
  const exemptions = exemptionsOf(scope.node.path, policy, props.exemptions);
  const parameters = (): Record<string, unknown> => {
    const given = Object.entries({ ...own(), exemptions: exemptions.length > 0 ? exemptions : undefined }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  };
  const engine = props.engine ?? AdmissionEngine.gatekeeper();
  const emit = engine.kind === AdmissionEngineKind.GATEKEEPER ? constraints : validatingPolicies;
  const emitted = emit(scope, policy, props, action, parameters);
  for (const object of emitted) {
    if (action !== EnforcementAction.DENY) Safeguard.fallShort(object, policy.control, `enforcementAction is ${action}: violations are let in`);
    for (const { object: name, reason, approver, expires } of props.exemptions ?? []) {
      Safeguard.fallShort(object, policy.control, `${policy.id} passes over ${name}: ${reason} (${approver}, until ${expires})`);
    }
  }
  return { resource: emitted[0], enforces: action === EnforcementAction.DENY && exemptions.length === 0 };
}

type Parameters = () => Record<string, unknown>;

function constraints(scope: Construct, policy: AdmissionPolicy, props: ConstraintProps, action: EnforcementAction, parameters: Parameters): ApiObject[] {
  const name = props.name ?? policy.defaultName;
  const inNamespaces = kindsWhere(policy, (kind) => !isOfCluster(kind));
  const ofCluster = kindsWhere(policy, isOfCluster);
  const emit = (id: string, constraintName: string, match: object): ApiObject => clusterObject(new ApiObject(scope, id, {
    apiVersion: 'constraints.gatekeeper.sh/v1beta1',
    kind: policy.kind,
    metadata: { name: constraintName },
    spec: { enforcementAction: action, match, parameters: Lazy.any({ produce: () => orNothing(parameters()) }) },
  }));
  const matches: (readonly [MatchedKinds[], object])[] = [[inNamespaces, { namespaces: [...props.phiNamespaces] }], [ofCluster, {}]];
  // Gatekeeper's webhook and audit let objects without a namespace through a match by namespaces; its command line does not.
  return matches.filter(([kinds]) => kinds.length > 0)
    .map(([kinds, more], index) => emit(index === 0 ? 'Resource' : 'Cluster', index === 0 ? name : `${name}-cluster`, { kinds, ...more }));
}

function validatingPolicies(scope: Construct, policy: AdmissionPolicy, props: ConstraintProps, action: EnforcementAction, parameters: Parameters): ApiObject[] {
  const name = props.name ?? policy.defaultName;
  scope.node.addValidation({ validate: () => expressionFlaw(scope.node.path, policy, paramsExpression(parameters())) });
  clusterObject(new ApiObject(scope, 'Policy', validatingPolicy(policy, name, props.phiNamespaces, Lazy.any({ produce: () => paramsExpression(parameters()) }))));
  return [clusterObject(new ApiObject(scope, 'Resource', validatingPolicyBinding(name, action)))];
}

/** The API server would refuse the policy, and then nothing is judged by it. */
function expressionFlaw(path: string, policy: AdmissionPolicy, expression: string): string[] {
  if (expression.length <= MOST_CODE_POINTS) return [];
  return [describe({
    path, problem: `the parameters of ${policy.id} are too long for an expression`, value: expression.length, rule: `CEL in Kubernetes: an expression has at most ${MOST_CODE_POINTS} characters`,
    remedy: 'use AdmissionEngine.gatekeeper(), or one constraint a group of namespaces',
  })];
}

function clusterObject(object: ApiObject): ApiObject {
  clusterScoped(object);
  return object;
}

function kindsWhere(policy: AdmissionPolicy, wanted: (kind: string) => boolean): MatchedKinds[] {
  return policy.matches.map(({ apiGroups, kinds }) => ({ apiGroups, kinds: kinds.filter(wanted) })).filter(({ kinds }) => kinds.length > 0);
}

function orNothing(parameters: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(parameters).length > 0 ? parameters : undefined;
}

function checkAction(path: string, action: EnforcementAction): void {
  if (!Object.values(EnforcementAction).includes(action)) {
    throw Errors.refused(path, 'enforcementAction is no such action', action, 'Gatekeeper, Constraints: enforcementAction', 'use EnforcementAction.DENY, WARN or DRYRUN');
  }
}

function checkNamespaces(path: string, namespaces: readonly string[]): void {
  const rule = 'control AC13, 45 CFR 164.308(a)(4)(i): a constraint binds in the namespaces that hold PHI';
  if (!Array.isArray(namespaces) || namespaces.length === 0) {
    // Gatekeeper takes an empty list for every namespace, system namespaces included.
    throw Errors.refused(path, 'phiNamespaces names no namespace', namespaces, rule, "name at least one, such as ['healthcare-prod']");
  }
  const seen = new Set<string>();
  for (const namespace of namespaces as readonly string[]) {
    // Gatekeeper reads a * as a wildcard; a DNS label has none.
    checkDnsLabel(path, 'phiNamespaces', namespace);
    if (seen.has(namespace)) throw Errors.refused(path, 'phiNamespaces names a namespace twice', namespace, rule, 'remove one');
    seen.add(namespace);
  }
}
