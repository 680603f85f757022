import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';

/** A node's role, and what has to be there before a node starts with it. */
export interface NodeRole {
  readonly role: IamRole;
  readonly permissions: readonly ITerraformDependable[];
}

/**
 * The role of a node: it joins its cluster, pulls images, runs the CNI, and takes sessions of Session Manager.
 *
 * Not AmazonSSMManagedInstanceCore: it reads every parameter of the Parameter Store besides. The CNI's permissions are on the node, as nothing on it has a
 * network before the CNI runs, an agent that would give it an identity of its own included; pods do not reach the role (hop limit 1).
 *
 * @internal
 */
export function nodeRole(scope: Construct, roleName: string, region: string): NodeRole {
  const path = scope.node.path;
  const role = new IamRole(scope, 'Role', {
    name: roleName,
    assumeRolePolicy: new PolicyDocument(path, [{
      sid: 'AllowInstances',
      effect: PolicyEffect.ALLOW,
      // EKS in China asks for the domain of its partition.
      principals: { services: partitionOf(region) === 'aws-cn' ? ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] : ['ec2.amazonaws.com'] },
      actions: ['sts:AssumeRole'],
    }]).toJson(),
  });
  const attach = (id: string, policy: string): IamRolePolicyAttachment =>
    new IamRolePolicyAttachment(scope, id, { role: role.name, policyArn: `arn:${partitionOf(region)}:iam::aws:policy/${policy}` });
  const sessions = new IamRolePolicy(scope, 'SessionPolicy', {
    name: 'session-manager',
    role: role.name,
    policy: new PolicyDocument(path, [{
      sid: 'AllowSessions',
      effect: PolicyEffect.ALLOW,
      actions: [
        'ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
      reason: 'channels of Session Manager have no ARN, and each instance reports itself (AWS Systems Manager, minimal Session Manager permissions)',
    }]).toJson(),
  });
  return {
    role,
    permissions: [
      attach('WorkerPolicy', 'AmazonEKSWorkerNodePolicy'),
      attach('RegistryPolicy', 'AmazonEC2ContainerRegistryPullOnly'),
      attach('CniPolicy', 'AmazonEKS_CNI_Policy'),
      sessions,
    ],
  };
}
