import { Control } from '../../controls/control';
import type { Check } from '../check';
import { imagesLetIn, weakImagePolicy } from '../image-policies';

/** What is checked on the verification of images. */
export const IMAGE_CHECKS: readonly Check[] = [
  {
    control: Control.PS3_SUPPLY_CHAIN,
    kind: 'ClusterImagePolicy',
    check: (object, context) => weakImagePolicy(object.content) ?? imagesLetIn(object, context),
  },
];
