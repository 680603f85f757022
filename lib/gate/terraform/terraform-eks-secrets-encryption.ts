import { Control } from '../../controls/control';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { blocksOf, fieldOf, listOf, UnknownValue } from './unknown-value';

/**
 * A cluster encrypts its Secrets under a key of the customer, whose policy says who may read them.
 * From Kubernetes 1.28 on they are else under a key of AWS (Amazon EKS, envelope encryption).
 */
export const TERRAFORM_EKS_SECRETS_ENCRYPTION: TerraformRule = {
  rule: {
    id: 'terraform-eks-secrets-encryption', control: Control.EN1_API_DATA, reference: '45 CFR 164.312(a)(2)(iv), CIS EKS 1.8 5.3.1',
    purpose: 'Clusters encrypt Secrets under a KMS key of the customer.',
  },
  *judge(document) {
    for (const cluster of document.ofType('aws_eks_cluster')) {
      const [config] = listOf(blocksOf(cluster.values, 'encryption_config'));
      const [provider] = listOf(blocksOf(config, 'provider'));
      const [resources, key] = [fieldOf(config, 'resources'), fieldOf(provider, 'key_arn')];
      const unknown = [config, provider, ...listOf(resources)].find((value): value is UnknownValue => value instanceof UnknownValue);
      const remedy = 'set encryption_config with resources ["secrets"] and provider.key_arn of a KMS key of yours; it cannot be taken back';
      if (unknown) yield doubt(cluster, 'encryption_config', unknown, document);
      else if (config === undefined) yield finding(cluster, 'encryption_config', undefined, 'Secrets are under no key of the customer', remedy);
      else if (!listOf(resources).includes('secrets')) yield finding(cluster, 'encryption_config[0].resources', resources, 'it does not encrypt secrets', remedy);
      // A key that is known after apply only is a key: the provider demands one.
      else if (key === undefined || key === '') yield finding(cluster, 'encryption_config[0].provider[0].key_arn', key, 'it names no key', remedy);
    }
  },
};
