import { AgentNamespace, type AgentNamespaceProps } from '../../profile/agent-namespace';
import type { EksPlatform } from '../../profile/platform';
import type { CheckContext } from '../check-context';
import { at } from '../content';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { closed } from './closed-pods';
import { PolicySet } from './policy-set';
import type { Labels } from './selector';

export const SECRETS_STORE_CLASS = 'SecretProviderClass';
/** The AWS provider's own manifest labels its pods otherwise than its chart does. */
const AWS_PROVIDER_OF_MANIFEST: Labels = { app: 'csi-secrets-store-provider-aws' };

/** A volume of the Secrets Store CSI driver is mounted by the driver's pods and those of its provider: where they stand still, so does every pod that has one. */
export function closedSecretsStore(context: CheckContext): string[] {
  const classes = context.ofKind(SECRETS_STORE_CLASS);
  const [first, fromAws] = [classes[0], classes.find(({ content }) => at(content, 'spec', 'provider') === 'aws')];
  const [driver, provider] = [AgentNamespace.secretsStoreDriver(), AgentNamespace.secretsStoreAwsProvider()];
  return [
    ...(first === undefined || works(context, driver.podLabels!) ? [] : [unmounted(driver, first, 'AgentNamespace.secretsStoreDriver()')]),
    ...(fromAws === undefined || works(context, provider.podLabels!) || works(context, AWS_PROVIDER_OF_MANIFEST) ? [] : [unmounted(provider, fromAws, 'AgentNamespace.secretsStoreAwsProvider()')]),
  ];
}

/** In kube-system, where charts install it, or wherever else the profile says that it is. */
function works(context: CheckContext, labels: Labels): boolean {
  return PolicySet.of(context, 'kube-system').selects(labels) || (context.profile.platform as EksPlatform).agentNamespaces.some(({ podLabels }) => podLabels?.app === labels.app);
}

function unmounted({ name, podLabels }: AgentNamespaceProps, needs: SynthesizedObject, preset: string): string {
  return closed(name, `pods ${JSON.stringify(podLabels)} of ${name}, on which ${describeReference(needs.reference)} rests`, `add ${preset} to agentNamespaces of Platform.eks`);
}
