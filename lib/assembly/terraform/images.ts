import type { Construct } from 'constructs';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import { ImageRepository } from '../../registry/image-repository';
import { administratorsOf } from './key-administrators';
import type { Keys } from './keys';

/** The repositories of the cluster's images, in its region. */
export function addImages(scope: Construct, profile: HipaaProfile, { region }: EksPlatform, keys: Keys): void {
  if (profile.imageRepositories.length === 0) return;
  // ECR uses the key by a grant that who makes the repository gives.
  const key = keys.make('ImagesKey', profile.names.of('images'), region, [profile.terraformRole]);
  for (const repositoryName of profile.imageRepositories) {
    new ImageRepository(scope, `Repository-${repositoryName.replace(/\//g, '-')}`, {
      repositoryName, region, account: profile.account, kmsKeyArn: key.arn, repositoryAdministrators: administratorsOf(profile),
    });
  }
}
