import { dependable } from 'cdktf';
import { SecretReaderIdentity, type HipaaStack } from '../../lib/terraform';
import { profile } from './profile';

/** AWS identities of this platform's own workloads. */
export function addIdentities(stack: HipaaStack): void {
  const { cluster, account, region, names } = profile;
  const records = new SecretReaderIdentity(stack, 'RecordsSecrets', {
    clusterName: cluster, account, region, roleName: names.of('records-secrets'), namespace: 'patient-data', serviceAccount: 'records', secretNames: ['patient-records/password'],
  });
  records.association.dependsOn = [dependable(stack.cluster!.cluster)];
}
