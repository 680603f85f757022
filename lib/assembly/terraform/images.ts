import { dependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { ImageSigningSettings } from '../../profile/image-signing-settings';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import { ecrRegistryOf } from '../../registry/ecr-registry';
import { ImageRepository } from '../../registry/image-repository';
import { ImageVerifierIdentity } from '../../registry/image-verifier-identity';
import type { Cluster } from './cluster';
import { administratorsOf } from './key-administrators';
import type { Keys } from './keys';

/** The repositories of the cluster's images, in its region, and who verifies the images. */
export function addImages(scope: Construct, profile: HipaaProfile, platform: EksPlatform, keys: Keys, cluster: Cluster): void {
  if (profile.imageRepositories.length > 0) addRepositories(scope, profile, platform, keys);
  if (profile.imageSigning) addVerifier(scope, profile, platform, profile.imageSigning, cluster);
}

function addRepositories(scope: Construct, profile: HipaaProfile, { region }: EksPlatform, keys: Keys): void {
  // ECR uses the key by a grant that who makes the repository gives.
  const key = keys.make('ImagesKey', profile.names.of('images'), region, [profile.terraformRole]);
  for (const repositoryName of profile.imageRepositories) {
    new ImageRepository(scope, `Repository-${repositoryName.replace(/\//g, '-')}`, {
      repositoryName, region, account: profile.account, kmsKeyArn: key.arn, repositoryAdministrators: administratorsOf(profile),
    });
  }
}

function addVerifier(scope: Construct, profile: HipaaProfile, { region }: EksPlatform, { authorities }: ImageSigningSettings, { owned }: Cluster): void {
  const { account, names, approvedRegistries } = profile;
  // Registries of others than AWS let nobody in by an AWS identity.
  const registries = approvedRegistries.filter((registry) => ecrRegistryOf(registry) !== undefined);
  const kmsKeyArns = authorities.flatMap((authority) => authority._toFields().key?.kms?.replace(/^awskms:\/\/\//, '') ?? []);
  const verifier = new ImageVerifierIdentity(scope, 'ImageVerifier', {
    // By its plain name, of which ARNs are made; the association has to wait for the cluster.
    clusterName: profile.cluster, account, region, roleName: names.of('image-verifier'), registries, kmsKeyArns: [...new Set(kmsKeyArns)],
  });
  if (owned) verifier.association.dependsOn = [dependable(owned.cluster)];
}
