import type { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { APPROVED_IMAGES } from './policies/approved-images/policy';

/**
 * The template of `RequireApprovedImages`: it teaches Gatekeeper the kind HipaaApprovedImages.
 *
 * @example
 *   new ApprovedImagesTemplate(templatesChart, 'ApprovedImages');
 */
export class ApprovedImagesTemplate extends ConstraintTemplate {
  public constructor(scope: Construct, id: string) {
    super(scope, id, APPROVED_IMAGES);
  }
}
