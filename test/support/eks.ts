import { EksCluster, type EksClusterConfig } from '@cdktf/provider-aws/lib/eks-cluster';
import type { TerraformStack } from 'cdktf';

/** A cluster as a user's own stack has it, without our constructs. */
export function plainCluster(stack: TerraformStack, changes: Partial<EksClusterConfig> = {}): EksCluster {
  return new EksCluster(stack, 'Cluster', {
    name: 'healthcare-cluster',
    roleArn: 'arn:aws:iam::123456789012:role/control-plane',
    vpcConfig: { subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'] },
    ...changes,
  });
}
