import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { POD_TEMPLATES } from './pod-templates';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Audiences of the API server itself: a token for another audience, such as that of AWS STS or of Vault, opens nothing here. */
const API_SERVER = /^(https:\/\/)?kubernetes(\.default(\.svc(\.[a-z0-9.-]+)?)?)?$/;

/** Pods of PHI namespaces that have a token of the API server, whatever their ServiceAccount says. */
export function tokenMounts(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.AC12_SA_TOKENS, object, context, 'pods with tokens', mountedTokens);
}

/** Told on the workload or the Secret where nothing claims the control. */
export function* mountedTokens(context: CheckContext): Generator<SetFinding> {
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.ofKind(kind)) {
      const { namespace } = workload.reference;
      if (namespace === undefined || !context.isPhi(namespace)) continue;
      for (const text of tokensOf(at(workload.content, ...path, 'spec'), namespace, context)) yield { text: `${describeReference(workload.reference)} ${text}`, namespace, object: workload };
    }
  }
  for (const secret of context.ofKind('Secret')) {
    const { namespace } = secret.reference;
    if (namespace === undefined || !context.isPhi(namespace) || at(secret.content, 'type') !== 'kubernetes.io/service-account-token') continue;
    yield { text: `${describeReference(secret.reference)} holds a token that never expires`, namespace, object: secret };
  }
}

function* tokensOf(spec: unknown, namespace: string, context: CheckContext): Generator<string> {
  const automount = at(spec, 'automountServiceAccountToken');
  const account = String(at(spec, 'serviceAccountName') ?? at(spec, 'serviceAccount') ?? 'default');
  if (automount === true) yield 'sets automountServiceAccountToken: true';
  else if (automount !== false && at(context.find('ServiceAccount', namespace, account)?.content, 'automountServiceAccountToken') !== false) {
    yield `gets a token: neither it nor the ServiceAccount ${account} sets automountServiceAccountToken: false`;
  }
  for (const volume of listAt(spec, 'volumes')) {
    for (const source of listAt(volume, 'projected', 'sources')) {
      const token = at(source, 'serviceAccountToken');
      if (token !== undefined && API_SERVER.test(String(at(token, 'audience') ?? 'kubernetes'))) yield `projects a token for the API server: the volume ${String(at(volume, 'name'))}`;
    }
  }
}
