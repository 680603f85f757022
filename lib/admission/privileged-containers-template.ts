import type { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { PRIVILEGED_CONTAINERS } from './policies/privileged-containers/policy';

/**
 * The template of `DisallowPrivilegedContainers`: it teaches Gatekeeper the kind HipaaPrivilegedContainers.
 *
 * @example
 *   new PrivilegedContainersTemplate(templatesChart, 'PrivilegedContainers');
 */
export class PrivilegedContainersTemplate extends ConstraintTemplate {
  public constructor(scope: Construct, id: string) {
    super(scope, id, PRIVILEGED_CONTAINERS);
  }
}
