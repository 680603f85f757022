/** Single constructs in a stack of one's own, around a cluster that it already declares. */
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, S3Backend, TerraformStack } from 'cdktf';
import { EksControlPlaneLogging, EksSecretsEncryption, EncryptionKey, KeyServiceGrant, Retention } from '../../lib/terraform';

const app = new App({ stackTraces: false });
const stack = new TerraformStack(app, 'platform');
new S3Backend(stack, { bucket: 'company-terraform-state', key: 'platform.tfstate', region: 'us-east-1', encrypt: true });
new AwsProvider(stack, 'Aws', { region: 'us-east-1' });

const cluster = new EksCluster(stack, 'Cluster', {
  name: 'platform',
  roleArn: 'arn:aws:iam::123456789012:role/platform-control-plane',
  vpcConfig: { subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'], endpointPublicAccess: false, endpointPrivateAccess: true },
});
const owner = { account: '123456789012', region: 'us-east-1', administrators: ['arn:aws:iam::123456789012:role/key-administrators'] };
const logsKey = new EncryptionKey(stack, 'LogsKey', {
  ...owner,
  alias: 'platform-logs',
  services: [KeyServiceGrant.cloudWatchLogs({ region: owner.region, account: owner.account, logGroupName: '/aws/eks/platform/cluster' })],
  denyDeletion: true,
});
const secretsKey = new EncryptionKey(stack, 'SecretsKey', { ...owner, alias: 'platform-secrets', grantors: owner.administrators, denyDeletion: true });
new EksControlPlaneLogging(stack, 'Logging', { cluster, retention: Retention.years(6), kmsKeyArn: logsKey.arn });
new EksSecretsEncryption(stack, 'SecretsEncryption', { cluster, key: secretsKey });

app.synth();
