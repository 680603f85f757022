import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';

export type Decision = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied';

/** A request, as AWS would judge it. */
export interface IamRequest {
  /** ARN or service; `anonymous` is nobody. */
  principal: string;
  action: string;
  /** ARN. */
  resource: string;
  context?: Record<string, string | string[]>;
  /** Policies of the principal itself. */
  identityPolicies?: string[];
  /** Policy of the resource, the key or the role. */
  resourcePolicy?: string;
  /** Service control policies of the account, beside the one that allows everything. */
  serviceControlPolicies?: string[];
}

export const ACCOUNT = '123456789012';
/** What a role with AdministratorAccess holds; the account's root user holds it without a policy. */
export const ADMINISTRATOR_ACCESS = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The simulator drops these keys of a request; tags that no policy of ours has stand for them, in policy and request alike. */
const ENCRYPTION_CONTEXT = /kms:EncryptionContext:([\w:-]+)/g;

/** A synthesized policy with what Terraform would put in place of its references. */
export function concrete(policy: string, references: Record<string, string> = {}): string {
  const text = policy.replace(/\$\{([^}]+)\}/g, (reference: string, name: string) => references[name] ?? reference);
  if (text.includes('${')) throw new Error(`a reference stands in ${text}`);
  return text;
}

/** Decides a request. A key of the context that the simulator would ignore is an error, so that no case rests on one. */
export async function decide(request: IamRequest): Promise<Decision> {
  const { principal } = request;
  const identity = principal.endsWith(':root') ? [ADMINISTRATOR_ACCESS] : (request.identityPolicies ?? []);
  const given = { ...ofPrincipal(principal), ...request.context };
  const context = Object.fromEntries(Object.entries(given).map(([key, value]) => [standIn(key), value]));
  const result = await runSimulation({
    request: {
      principal: principal === 'anonymous' ? anonymousPrincipal : principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resource.split(':')[4] || ACCOUNT },
      contextVariables: context,
    },
    identityPolicies: identity.map((policy, index) => ({ name: `identity-${index}`, policy: JSON.parse(policy) as unknown })),
    resourcePolicy: request.resourcePolicy === undefined ? undefined : JSON.parse(standIn(request.resourcePolicy)) as unknown,
    serviceControlPolicies: request.serviceControlPolicies === undefined ? [] : [{
      orgIdentifier: 'r-root',
      policies: [ADMINISTRATOR_ACCESS, ...request.serviceControlPolicies].map((policy, index) => ({ name: `scp-${index}`, policy: JSON.parse(policy) as unknown })),
    }],
    resourceControlPolicies: [],
  }, {});
  if (result.resultType !== 'single') throw new Error(`no single result: ${JSON.stringify(result)}`);
  const ignored = result.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`the simulator ignored ${ignored.join(', ')} for ${request.action}`);
  return result.overallResult as Decision;
}

function ofPrincipal(principal: string): Record<string, string> {
  if (!principal.startsWith('arn:')) return {};
  const session = /^arn:([^:]+):sts::([0-9]+):assumed-role\/([^/]+)\//.exec(principal);
  return {
    'aws:PrincipalArn': session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : principal,
    'aws:PrincipalType': session ? 'AssumedRole' : principal.endsWith(':root') ? 'Account' : 'User',
  };
}

function standIn(text: string): string {
  return text.replace(ENCRYPTION_CONTEXT, (_key, name: string) => `aws:PrincipalTag/context-${name.replaceAll(':', '-')}`);
}
