import { Control } from '../../controls/control';
import type { Check } from '../check';
import { deliveryFlaw } from '../log-delivery';

/** What is checked on what carries log groups into the archive. */
export const DELIVERY_CHECKS: readonly Check[] = [
  { control: Control.AU4_OFF_CLUSTER, kind: 'aws_cloudwatch_log_subscription_filter', check: deliveryFlaw },
];
