import { decide, type Decision } from './iam';

/** How somebody asks AWS STS for a role. */
export interface Entry {
  principal: string;
  action?: string;
  context?: Record<string, string | string[]>;
  identityPolicies?: string[];
}

/** Providers that the simulator knows the claims of; it ignores those of every other, so that one stands for the issuer in policy and request alike. */
const STAND_IN = 'accounts.google.com';

/** Decides whether a role lets somebody in, by its trust policy as Terraform's JSON has it. */
export function enter(role: string, trust: string, entry: Entry, issuer?: string): Promise<Decision> {
  const stand = (text: string): string => (issuer === undefined ? text : text.replaceAll(issuer, STAND_IN));
  return decide({
    principal: stand(entry.principal),
    action: entry.action ?? 'sts:AssumeRole',
    resource: role,
    context: Object.fromEntries(Object.entries(entry.context ?? {}).map(([key, value]) => [stand(key), value])),
    identityPolicies: entry.identityPolicies,
    // Terraform takes the second `$` away.
    resourcePolicy: stand(trust.replaceAll('$${', '${')),
  });
}
