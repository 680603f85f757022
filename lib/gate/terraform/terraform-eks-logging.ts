import { Control } from '../../controls/control';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { listOf, UnknownValue } from './unknown-value';

/** What a control plane can log (Amazon EKS, control plane logging). */
const LOG_TYPES = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** A cluster logs all of its control plane: who asked for what, who signed in as whom, and what the cluster did of itself. */
export const TERRAFORM_EKS_LOGGING: TerraformRule = {
  rule: {
    id: 'terraform-eks-logging', control: Control.AU1_AUDIT_POLICY, reference: '45 CFR 164.312(b), CIS EKS 1.8 2.1.1',
    purpose: 'Clusters log every type of control plane log.',
  },
  *judge(document) {
    for (const cluster of document.ofType('aws_eks_cluster')) {
      const value = cluster.values.enabled_cluster_log_types;
      const unknown = listOf(value).find((type): type is UnknownValue => type instanceof UnknownValue);
      const missing = LOG_TYPES.filter((type) => !listOf(value).includes(type));
      if (missing.length === 0) continue;
      yield unknown ? doubt(cluster, 'enabled_cluster_log_types', unknown, document)
        : finding(cluster, 'enabled_cluster_log_types', value, `it does not log ${missing.join(', ')}`, `set it to ${JSON.stringify(LOG_TYPES)}`);
    }
  },
};
