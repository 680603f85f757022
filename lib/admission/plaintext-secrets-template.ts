import type { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { PLAINTEXT_SECRETS } from './policies/plaintext-secrets/policy';

/**
 * The template of `DisallowPlaintextSecrets`: it teaches Gatekeeper the kind HipaaPlaintextSecrets.
 *
 * @example
 *   new PlaintextSecretsTemplate(templatesChart, 'PlaintextSecrets');
 */
export class PlaintextSecretsTemplate extends ConstraintTemplate {
  public constructor(scope: Construct, id: string) {
    super(scope, id, PLAINTEXT_SECRETS);
  }
}
