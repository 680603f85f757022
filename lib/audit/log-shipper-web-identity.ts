import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { PolicyEffect } from '../iam/policy-statement';
import { checkFields, checkIssuerUrl } from '../profile/checks';
import { checkLogShipperRole, LOG_SHIPPER_ROLE_FIELDS, logShipperRole, type LogShipperRoleProps } from './log-shipper-role';

export interface LogShipperWebIdentityProps extends LogShipperRoleProps {
  /**
   * Issuer of the cluster's service account tokens as they name it (`iss`), with the slash at its end where it has one, as on AKS. AWS reads its
   * keys over the internet (Kubernetes, service account issuer discovery).
   */
  readonly issuer: string;
}

const AUDIENCE = 'sts.amazonaws.com';

/**
 * The AWS identity of a log shipper's pods outside EKS: they exchange a token of their service account for a role that puts objects under
 * one prefix of one bucket, and can do nothing else.
 *
 * Serves 45 CFR 164.312(a)(1): no long-lived key. The role trusts the token of one service account in one namespace (`sub`), made for AWS (`aud`): without
 * the first every pod of the cluster could take the role, without the second a token that was meant for another service could be used.
 *
 * @example
 *   const shipper = new LogShipperWebIdentity(stack, 'Shipper', {
 *     issuer: 'https://oidc.example.com/healthcare-cluster',
 *     account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-log-shipper',
 *     namespace: 'hipaa-logging', serviceAccount: 'fluent-bit',
 *     bucketArn: archive.bucketArn, prefix: 'audit-logs/healthcare-cluster', kmsKeyArn: archiveKey.arn,
 *   });
 *   archiveKey.addEncrypter(shipper.role.arn);
 */
export class LogShipperWebIdentity extends Construct {
  public readonly role: IamRole;
  public readonly provider: IamOpenidConnectProvider;

  public constructor(scope: Construct, id: string, props: LogShipperWebIdentityProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['issuer', ...LOG_SHIPPER_ROLE_FIELDS], 'the identity of a log shipper takes no other field');
    checkIssuerUrl(path, 'issuer', props.issuer);
    checkLogShipperRole(path, props);

    this.provider = new IamOpenidConnectProvider(this, 'Resource', { url: props.issuer, clientIdList: [AUDIENCE] });
    const claims = props.issuer.replace(/^https:\/\//, '');
    this.role = logShipperRole(this, props, {
      sid: 'AllowServiceAccount',
      effect: PolicyEffect.ALLOW,
      principals: { federated: [this.provider.arn] },
      actions: ['sts:AssumeRoleWithWebIdentity'],
      conditions: [
        { operator: 'StringEquals', key: `${claims}:sub`, values: [`system:serviceaccount:${props.namespace}:${props.serviceAccount}`] },
        { operator: 'StringEquals', key: `${claims}:aud`, values: [AUDIENCE] },
      ],
    });

    Safeguard.implement(this.role, Control.AC11_WORKLOAD_ID, 'trusts the token of one service account of one namespace, made for AWS');
  }
}
