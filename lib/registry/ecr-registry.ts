import { dnsSuffixOf } from '../profile/aws';

/** A registry of Amazon ECR, or a path below it. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
  /** Empty for the whole registry. */
  readonly below: string;
}

const HOST = /^([0-9]{12})\.dkr\.ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.(amazonaws\.com(?:\.cn)?)(?:\/([a-z0-9._/-]+))?$/;

/** Undefined where it is no registry of Amazon ECR. */
export function ecrRegistryOf(registry: string): EcrRegistry | undefined {
  const [, account, region, suffix, below = ''] = HOST.exec(registry) ?? [];
  return region === undefined || suffix !== dnsSuffixOf(region) ? undefined : { account, region, below };
}
