import { Control } from '../../controls/control';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { blocksOf, fieldOf, flagOf, listOf, UnknownValue } from './unknown-value';

/** The API server of a cluster has no address on the internet. Amazon EKS gives it one by default, for every address (Amazon EKS, cluster endpoint access). */
export const TERRAFORM_EKS_ENDPOINT: TerraformRule = {
  rule: {
    id: 'terraform-eks-endpoint', control: Control.AC9_PRIVATE_API, reference: '45 CFR 164.312(e)(1), CIS EKS 1.8 5.4.1-5.4.2',
    purpose: 'The API server of a cluster is reached through its VPC alone.',
  },
  *judge(document) {
    for (const cluster of document.ofType('aws_eks_cluster')) {
      const [config] = listOf(blocksOf(cluster.values, 'vpc_config'));
      const path = 'vpc_config[0]';
      const cidrs = fieldOf(config, 'public_access_cidrs');
      const isOpen = cidrs === undefined || listOf(cidrs).length === 0 || listOf(cidrs).some((cidr) => String(cidr) === '0.0.0.0/0' || String(cidr) === '::/0');
      for (const [name, wanted, problem] of [
        ['endpoint_public_access', false, `the API server is on the internet${cidrs instanceof UnknownValue ? '' : isOpen ? ', for every address' : ', for some addresses'}`],
        ['endpoint_private_access', true, 'nodes reach the API server over the internet'],
      ] as const) {
        const value = flagOf(fieldOf(config, name));
        if (value instanceof UnknownValue) yield doubt(cluster, `${path}.${name}`, value, document);
        else if (value !== wanted) yield finding(cluster, `${path}.${name}`, fieldOf(config, name), value === undefined ? `${problem}, as it is by default` : problem, `set it to ${wanted}`);
      }
    }
  },
};
