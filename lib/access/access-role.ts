import { KubeRole } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { cite } from '../controls/catalogue';
import { Control } from '../controls/control';
import { ControlException } from '../controls/exception';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { AccessRule } from './access-rule';
import { forbiddenPermissions, type PermissionFinding } from './forbidden-permissions';

export interface AccessRoleProps {
  /** Namespace in which the role grants access. */
  readonly namespace: string;
  /** Name of the Role. */
  readonly name: string;
  /** What it grants; at least one rule. */
  readonly rules: readonly AccessRule[];
}

const CLAIMS: ReadonlyMap<Control, string> = new Map([
  [Control.AC3_LEAST_PRIVILEGE, 'names every group, resource and verb, reads no Secret, and changes nothing that runs code'],
  [Control.AC4_ESCALATION, 'grants nothing that widens access: no bind, escalate or impersonate, no tokens, no change of roles, admission or namespaces'],
  [Control.AC5_EXEC, 'grants no verb on exec, attach, portforward, proxy or ephemeral containers'],
]);

/** Known to the API server as verbs of requests; the others only exist inside RBAC, and people never hold them. */
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const RBAC_VERBS = ['bind', 'escalate', 'impersonate', 'approve', 'attest', 'sign', '*'];

/** Kubernetes' groups without a dot; a custom resource's group has one. */
const PLAIN_GROUPS = ['', 'apps', 'autoscaling', 'batch', 'policy'];
const GROUP = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const RESOURCE = /^(\*|[a-z]([-a-z0-9]*[a-z0-9])?)(\/(\*|[a-z]([-a-z0-9]*[a-z0-9])?))?$/;
const RBAC_DOCS = 'Kubernetes, Using RBAC Authorization';

/**
 * A namespaced Role for people that reaches neither Secrets nor running workloads nor more permissions.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B) and 164.312(a)(1). Whoever may create a pod, or anything that templates one, reads every Secret
 * of the namespace, so a role changes nothing but what is known to be harmless: deleting a pod or a Job, evicting, scaling, revoking a
 * RoleBinding. All else goes through the pipeline. FORBIDDEN_PERMISSIONS has the list with the reasons. A rule may deviate
 * with a ControlException, which shows in the evidence.
 *
 * Names that can match nothing are refused as well: RBAC compares exactly, so the API server takes `Secrets` or `apps/v1` and grants nothing.
 *
 * @example
 *   new AccessRole(chart, 'OnCall', {
 *     namespace: 'healthcare-prod',
 *     name: 'on-call',
 *     rules: [{ apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['get', 'list', 'watch'] }],
 *   });
 */
export class AccessRole extends Construct {
  /** Name of the Role, for a GroupBinding. */
  public readonly roleName: string;
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: AccessRoleProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'rules'], `${RBAC_DOCS}: Role`);
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    if (!Array.isArray(props.rules) || props.rules.length === 0) {
      throw Errors.refused(path, 'the role has no rule', props.rules, `${RBAC_DOCS}: a Role without rules grants nothing`, 'give at least one rule');
    }
    props.rules.forEach((rule: AccessRule, index) => checkRule(`${path}.rules[${index}]`, rule));
    const excepted = checkFindings(path, props.rules, forbiddenPermissions(props.rules));
    this.roleName = props.name;
    this.namespace = props.namespace;

    const role = new KubeRole(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      rules: props.rules.map((rule) => ({
        apiGroups: [...rule.apiGroups],
        resources: [...rule.resources],
        verbs: [...rule.verbs],
        ...(rule.resourceNames === undefined ? {} : { resourceNames: [...rule.resourceNames] }),
      })),
    });
    for (const [control, how] of CLAIMS) {
      if (!excepted.has(control)) Safeguard.implement(role, control, how);
    }
    for (const [control, why] of excepted) Safeguard.fallShort(role, control, why);
  }
}

function checkRule(path: string, rule: AccessRule): void {
  checkFields(path, rule, ['apiGroups', 'resources', 'verbs', 'resourceNames', 'allow'], `${RBAC_DOCS}: a Role grants verbs on resources of groups`);
  checkList(path, 'apiGroups', rule.apiGroups);
  checkList(path, 'resources', rule.resources);
  checkList(path, 'verbs', rule.verbs);
  for (const group of rule.apiGroups) {
    if (group !== '*' && !PLAIN_GROUPS.includes(group) && !GROUP.test(group)) {
      throw Errors.refused(path, 'no such API group', group, `${RBAC_DOCS}: a group has no version, and is compared exactly`, "use '' for the core group, apps, batch, autoscaling, policy, or a group with its domain, such as 'networking.k8s.io'");
    }
  }
  for (const resource of rule.resources) {
    if (!RESOURCE.test(resource)) {
      throw Errors.refused(path, 'this is no name of a resource', resource, `${RBAC_DOCS}: names are compared exactly, and resources are lower case and plural`, "use a name such as 'pods' or 'deployments/scale'");
    }
  }
  for (const verb of rule.verbs) {
    if (!VERBS.includes(verb) && !RBAC_VERBS.includes(verb)) {
      throw Errors.refused(path, 'no such verb', verb, 'Kubernetes, Authorization: request verbs', `use one of: ${VERBS.join(', ')}`);
    }
  }
  if (rule.resourceNames !== undefined) checkResourceNames(path, rule, rule.resourceNames);
  for (const exception of rule.allow ?? []) {
    if (!(exception instanceof ControlException)) {
      throw Errors.refused(path, 'allow takes exceptions only', exception, '45 CFR 164.306(d)(3): an exception is documented', 'use new ControlException({ control, reason, approver, expires })');
    }
  }
}

function checkList(path: string, field: string, values: readonly string[]): void {
  if (!Array.isArray(values) || values.length === 0 || values.some((value) => typeof value !== 'string')) {
    throw Errors.refused(path, `${field} names nothing`, values, `${RBAC_DOCS}: a rule needs groups, resources and verbs`, `give a list of at least one to ${field}`);
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) {
    throw Errors.refused(path, `${field} names the same twice`, twice, 'control AC3: a rule reads as it is meant', 'remove one, or mend the one that was meant to be another');
  }
}

function checkResourceNames(path: string, rule: AccessRule, names: readonly string[]): void {
  checkList(path, 'resourceNames', names);
  const literal = names.find((name) => name === '' || name.includes('*'));
  if (literal !== undefined) {
    throw Errors.refused(path, 'resourceNames holds no name', literal, `${RBAC_DOCS}: resource names are compared exactly`, 'write the full name of each object');
  }
  const unnamed = rule.verbs.find((verb) => verb === 'deletecollection' || (verb === 'create' && rule.resources.some((resource) => !resource.includes('/'))));
  if (unnamed !== undefined) {
    throw Errors.refused(path, 'this verb cannot be restricted to names, so the rule would not grant it', unnamed, `${RBAC_DOCS}: create and deletecollection requests carry no name`, 'put it into a rule without resourceNames, or leave it out');
  }
}

/** Refuses what no exception of the same rule covers; returns why each excepted control is not met. */
function checkFindings(path: string, rules: readonly AccessRule[], findings: readonly PermissionFinding[]): Map<Control, string> {
  const excepted = new Map<Control, string>();
  for (const { rule, permission, grants } of findings) {
    const exception = rules[rule].allow?.find((candidate) => candidate.control === permission.control);
    if (!exception) {
      throw Errors.refused(`${path}.rules[${rule}]`, `the rule grants what no role may: ${permission.why}`, grants.join(', '), `control ${cite(permission.control)}`,
        `remove it and ${permission.remedy}, or give the rule a ControlException for ${permission.control}`);
    }
    const why = `grants ${grants.join(', ')}: ${exception.reason} (approved by ${exception.approver}, expires ${exception.expires})`;
    const before = excepted.get(permission.control);
    excepted.set(permission.control, before === undefined ? why : `${before}; ${why}`);
  }
  rules.forEach((rule, index) => {
    const idle = rule.allow?.find((exception) => !findings.some((finding) => finding.rule === index && finding.permission.control === exception.control));
    if (idle) {
      throw Errors.refused(`${path}.rules[${index}]`, 'the exception excuses nothing', idle.control, '45 CFR 164.306(d)(3): an exception documents a deviation', 'remove it');
    }
  });
  return excepted;
}
