import { Attestation } from '../controls/attestation';
import { ControlException } from '../controls/exception';
import { AlarmSubscriber } from './alarm-subscriber';
import { isTerraformToken } from './checks';
import { Errors } from './errors';
import { isPlainObject } from './frozen-copy';
import { ObjectLock } from './object-lock';
import { EksPlatform, Platform, SelfManagedPlatform } from './platform';

/**
 * Values of a profile go into file names and YAML: a token of either tool would be written there as text. Only the platform's subnets
 * may be references, which reach Terraform alone.
 *
 * @internal
 */
export function refuseTokens(path: string, value: unknown): void {
  if (typeof value === 'string' && (isTerraformToken(value) || value.includes('#{TfToken['))) {
    throw Errors.refused(path, 'a profile takes plain values, no Terraform reference', value, 'nothing tokenised crosses between Terraform and Kubernetes', 'write the value itself, or compose the Terraform construct in a stack of your own');
  }
  for (const [key, item] of Object.entries(stringsWithin(value))) refuseTokens(Array.isArray(value) ? path : `${path}.${key}`, item);
}

function stringsWithin(value: unknown): object {
  if (value instanceof EksPlatform) {
    const { region, account, vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces } = value;
    return { region, account, vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces };
  }
  if (value instanceof SelfManagedPlatform) return { encryptionConfiguration: value.encryptionConfiguration, auditPolicy: value.auditPolicy };
  if (value instanceof Platform) return { provider: value.label };
  if (Array.isArray(value) || isPlainObject(value)) return value;
  return value instanceof ControlException || value instanceof Attestation || value instanceof ObjectLock || value instanceof AlarmSubscriber ? value : {};
}
