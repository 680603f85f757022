import type { Control } from '../../controls/control';
import { isHomonym } from '../api-groups';
import type { Check } from '../check';
import { kindOf } from '../content';
import type { SynthesizedObject } from '../synthesized-object';
import { ACCESS_CHECKS } from './access';
import { CONTROL_PLANE_CHECKS } from './control-plane';
import { FAIL_CLOSED_CHECKS } from './fail-closed';
import { IMAGE_CHECKS } from './images';
import { INGRESS_CHECKS } from './ingress';
import { MESH_CHECKS } from './mesh';
import { NAMESPACE_CHECKS } from './namespaces';
import { NETWORK_CHECKS } from './network';
import { NODE_AUDIT_CHECKS } from './node-audit';
import { QUOTA_CHECKS } from './quotas';
import { RUNTIME_DETECTION_CHECKS } from './runtime-detection';
import { SECRET_CHECKS } from './secrets';
import { SHIPPING_CHECKS } from './shipping';
import { STORAGE_CHECKS } from './storage';
import { TERRAFORM_CHECKS } from './terraform';
import { VELERO_CHECKS } from './velero';

/** Every check, by control and kind of object. */
const CHECKS: ReadonlyMap<string, Check> = new Map(
  [...ACCESS_CHECKS, ...CONTROL_PLANE_CHECKS, ...FAIL_CLOSED_CHECKS, ...IMAGE_CHECKS, ...INGRESS_CHECKS, ...MESH_CHECKS, ...NAMESPACE_CHECKS, ...NETWORK_CHECKS, ...NODE_AUDIT_CHECKS, ...QUOTA_CHECKS, ...RUNTIME_DETECTION_CHECKS, ...SECRET_CHECKS, ...SHIPPING_CHECKS, ...STORAGE_CHECKS, ...TERRAFORM_CHECKS, ...VELERO_CHECKS].map((check) => [`${check.control} ${check.kind}`, check]),
);

/** The check that verifies a control on an object of this kind; undefined where there is none, and the claim stays unverified. */
export function checkFor(control: Control, object: SynthesizedObject): Check | undefined {
  return isHomonym(object) ? undefined : CHECKS.get(`${control} ${kindOf(object)}`);
}
