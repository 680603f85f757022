import { checkImageDigest } from '../profile/checks';
import { Errors } from '../profile/errors';

/**
 * An image that is bound to its content: a registry, a repository and a digest.
 *
 * Serves 45 CFR 164.308(a)(5)(ii)(B): a tag can be moved to another image after it was approved, and a name without a registry's host means Docker Hub.
 * A tag beside the digest is refused as well, because nothing compares the two: the tag says what people believe, and the digest what runs.
 *
 * @example
 *   Image.digest('123456789012.dkr.ecr.us-east-1.amazonaws.com/patient-api', 'sha256:3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c');
 */
export class Image {
  /**
   * @param repository host of the registry and the repository's path.
   * @param digest as the registry shows it, `sha256:` and 64 hex digits.
   */
  public static digest(repository: string, digest: string): Image {
    checkImageDigest('Image', 'digest', `${repository}@${digest}`);
    return new Image(repository, digest);
  }

  /** @param reference the whole reference, registry/repository@sha256:... */
  public static of(reference: string): Image {
    checkImageDigest('Image', 'reference', reference);
    const [repository, digest] = reference.split('@');
    return new Image(repository, digest);
  }

  /** Host of the registry and the repository's path. */
  public readonly repository: string;
  /** `sha256:` and 64 hex digits. */
  public readonly hash: string;

  private constructor(repository: string, hash: string) {
    if (/:[^/]*$/.test(repository)) {
      throw Errors.refused('Image', 'a tag stands beside the digest', repository, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): the digest alone says what runs, and nothing compares it with the tag', 'remove the tag; a comment can say which release it is');
    }
    this.repository = repository;
    this.hash = hash;
    Object.freeze(this);
  }

  /** Host of the registry, with its port where it has one. */
  public get registry(): string {
    return this.repository.split('/')[0];
  }

  /** The reference that a container takes. */
  public get reference(): string {
    return `${this.repository}@${this.hash}`;
  }
}
