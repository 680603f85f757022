import { Errors } from '../profile/errors';

/** A prefix of S3 object keys as policies take it: no wildcard, which would widen it, and no slash at its ends. */
export function checkKeyPrefix(path: string, prop: string, prefix: string): void {
  if (typeof prefix !== 'string' || !/^[\w!.()='-]+(\/[\w!.()='-]+)*$/.test(prefix)) {
    throw Errors.refused(path, `${prop} is no key prefix`, prefix, 'control AC11, 45 CFR 164.312(a)(1): a writer has one prefix; AWS S3, object key naming', "use names with / between them, such as 'audit-logs/healthcare-cluster'");
  }
}
