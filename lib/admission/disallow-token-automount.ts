import { Construct } from 'constructs';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkList, checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { SERVICE_ACCOUNT_TOKENS } from './policies/service-account-tokens/policy';

/** A ServiceAccount whose pods talk to the API server. */
export interface AllowedServiceAccount {
  /** One of the PHI namespaces. */
  readonly namespace: string;
  /** Any but `default`, which every pod has that names no other. */
  readonly name: string;
}

export interface DisallowTokenAutomountProps extends ConstraintProps {
  /**
   * ServiceAccounts whose pods need the API server: operators, and jobs that run kubectl.
   * @default - none
   */
  readonly allowedServiceAccounts?: readonly AllowedServiceAccount[];
  /**
   * Audiences that the API server takes for its own beside `kubernetes.default.svc` and its longer forms: its `--api-audiences` or, without those, its
   * `--service-account-issuer`.
   * @default - none
   */
  readonly apiAudiences?: readonly string[];
}

const RULE = 'control AC12, 45 CFR 164.312(a)(1): a token of the API server goes to who needs it';

/**
 * Refuses tokens of the API server in pods of PHI namespaces that don't need one: who breaks into a pod has its token, and asks the API server for what the pod never needed
 * (CIS Kubernetes Benchmark 1.12, 5.1.5 and 5.1.6; 45 CFR 164.312(a)(1)).
 *
 * - Pods and everything that templates pods have to say `automountServiceAccountToken: false` themselves: what their ServiceAccount says can be changed by others later. A pod of
 *   an allowed ServiceAccount is let through; one of `default` never is.
 * - ServiceAccounts have to say it as well, unless they are allowed. The one `default` that the API server's own controller creates in every namespace, without the field, is let
 *   through that once, as the controller would try for ever: `DefaultServiceAccount` mends it, and the audit reports it until then.
 * - Volumes that project a `serviceAccountToken` for the API server, which is who it is for without an audience, are the same token by another way. Those for others pass:
 *   `sts.amazonaws.com`, Vault, a mesh.
 * - Secrets of the type `kubernetes.io/service-account-token` hold a token that never ends, and are refused for every ServiceAccount. To know their type, the rule sees Secrets; no
 *   message of it holds anything of their data.
 *
 * It can't see tokens that somebody requests by `serviceaccounts/token`, which is a matter of RBAC, nor audiences of the API server that `apiAudiences` leaves out.
 *
 * One part of control AC12, which `DefaultServiceAccount` claims. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves what
 * is judged as it was is let through; the audit still reports it. With Gatekeeper, needs the template of `service-account-tokens` in the cluster first.
 *
 * @example
 *   new DisallowTokenAutomount(constraintsChart, 'TokenAutomount', {
 *     phiNamespaces: ['healthcare-prod'],
 *     allowedServiceAccounts: [{ namespace: 'healthcare-prod', name: 'record-operator' }],
 *   });
 */
export class DisallowTokenAutomount extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowTokenAutomountProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, SERVICE_ACCOUNT_TOKENS, props, ['allowedServiceAccounts', 'apiAudiences']);
    checkAccounts(path, props);
    checkAudiences(path, props.apiAudiences ?? []);
    const allowedServiceAccounts = props.allowedServiceAccounts?.map(({ namespace, name }) => ({ namespace, name }));
    const apiAudiences = props.apiAudiences === undefined ? undefined : [...props.apiAudiences];
    emitConstraint(this, SERVICE_ACCOUNT_TOKENS, props, () => ({ allowedServiceAccounts, apiAudiences }));
  }
}

function checkAccounts(path: string, { allowedServiceAccounts = [], phiNamespaces }: DisallowTokenAutomountProps): void {
  checkList(path, 'allowedServiceAccounts', allowedServiceAccounts, RULE, "use [{ namespace: 'healthcare-prod', name: 'record-operator' }]");
  const seen = new Set<string>();
  for (const account of allowedServiceAccounts) {
    checkFields(path, account, ['namespace', 'name'], RULE);
    const { namespace, name } = account;
    checkDnsLabel(path, 'allowedServiceAccounts.namespace', namespace);
    checkDnsSubdomain(path, 'allowedServiceAccounts.name', name);
    const full = `${namespace}/${name}`;
    if (!phiNamespaces.includes(namespace)) throw Errors.refused(path, 'an allowed ServiceAccount is of no PHI namespace', full, RULE, `name one of: ${phiNamespaces.join(', ')}`);
    if (name === 'default') throw Errors.refused(path, 'the ServiceAccount default is every pod\'s that names no other', full, RULE, 'give the pods a ServiceAccount of their own');
    if (seen.has(full)) throw Errors.refused(path, 'a ServiceAccount is named twice', full, RULE, 'remove one');
    seen.add(full);
  }
}

function checkAudiences(path: string, audiences: readonly string[]): void {
  const remedy = "use the API server's --api-audiences, such as ['https://oidc.example.com/healthcare-cluster']";
  checkTexts(path, 'apiAudiences', audiences, RULE, remedy);
  audiences.forEach((audience, index) => {
    if (audience.trim() === '' || audience.trim() !== audience) throw Errors.refused(path, 'an audience is empty, or has blanks around it', audience, RULE, remedy);
    if (audiences.indexOf(audience) !== index) throw Errors.refused(path, 'an audience is named twice', audience, RULE, 'remove one');
  });
}
