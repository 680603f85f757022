import { cite } from '../../controls/catalogue';
import { Control } from '../../controls/control';
import { describe } from '../../profile/errors';
import type { Labels } from './selector';

export const CORE_DNS: Labels = { 'k8s-app': 'kube-dns' };

/** What is said of pods that strict mode of the Amazon VPC CNI keeps closed. */
export function closed(path: string, value: string, remedy: string): string {
  return describe({
    path, problem: 'strict mode keeps pods closed that no NetworkPolicy lets work', value,
    rule: `control ${cite(Control.NW2_ENFORCER)}; Amazon VPC CNI, strict mode: a pod without a policy has no network`, remedy,
  });
}
