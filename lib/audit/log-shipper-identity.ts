import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { podIdentityTrust } from '../iam/pod-identity-trust';
import { checkClusterName, checkFields } from '../profile/checks';
import { checkLogShipperRole, LOG_SHIPPER_ROLE_FIELDS, logShipperRole, type LogShipperRoleProps } from './log-shipper-role';

export interface LogShipperIdentityProps extends LogShipperRoleProps {
  /** Cluster whose pods may have the identity; it needs the EKS Pod Identity Agent (`EksPodIdentityAgent`). */
  readonly clusterName: string;
}

/**
 * The AWS identity of a log shipper's pods, by EKS Pod Identity: it puts objects under one prefix of one bucket, and can do nothing else.
 *
 * Serves 45 CFR 164.312(a)(1): no long-lived key, no share in the node's role, and no way to read, list or delete what was shipped. The role is
 * assumable for one service account of one namespace of one cluster (Amazon EKS, Pod Identity: request tags; aws:SourceArn is the cluster). S3 asks KMS
 * in the role's name; a multipart upload would need kms:Decrypt too, so the shipper has to upload in one piece (Fluent Bit: `use_put_object On`).
 *
 * @example
 *   const shipper = new LogShipperIdentity(stack, 'Shipper', {
 *     clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-log-shipper',
 *     namespace: 'hipaa-logging', serviceAccount: 'fluent-bit',
 *     bucketArn: archive.bucketArn, prefix: 'container-logs/healthcare-cluster', kmsKeyArn: archiveKey.arn,
 *   });
 *   archiveKey.addEncrypter(shipper.role.arn);
 */
export class LogShipperIdentity extends Construct {
  public readonly role: IamRole;
  public readonly association: EksPodIdentityAssociation;

  public constructor(scope: Construct, id: string, props: LogShipperIdentityProps) {
    super(scope, id);
    const path = this.node.path;
    const { clusterName, region, namespace, serviceAccount } = props;
    checkFields(path, props, ['clusterName', ...LOG_SHIPPER_ROLE_FIELDS], 'the identity of a log shipper takes no other field');
    checkClusterName(path, 'clusterName', clusterName);
    checkLogShipperRole(path, props);

    this.role = logShipperRole(this, props, podIdentityTrust(props));
    this.association = new EksPodIdentityAssociation(this, 'Resource', { clusterName, namespace, serviceAccount, roleArn: this.role.arn, region });

    Safeguard.implement(this.association, Control.AC11_WORKLOAD_ID, 'one service account of one namespace gets the role, which trusts no other');
  }
}
