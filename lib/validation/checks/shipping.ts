import { ControlPlanePaths } from '../../control-plane/paths';
import { Control } from '../../controls/control';
import type { Check } from '../check';
import { at, listAt } from '../content';
import { carried } from '../log-shipping';
import type { Labels } from '../network/selector';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const OS = 'kubernetes.io/os';

/** What is checked on what carries logs off their node. */
export const SHIPPING_CHECKS: readonly Check[] = [
  {
    control: Control.AU4_OFF_CLUSTER,
    kind: 'DaemonSet',
    check: (object, context) => {
      const pod = at(object.content, 'spec', 'template', 'spec');
      if (at(pod, 'nodeSelector', CONTROL_PLANE) === undefined || !listAt(pod, 'tolerations').some((toleration) => at(toleration, 'key') === CONTROL_PLANE)) {
        return 'the shipper does not run on the control-plane nodes, where the audit log lies';
      }
      const narrowed = narrowedTo(pod);
      if (narrowed !== undefined) return `the shipper runs on some control-plane nodes only: ${narrowed}`;
      return carried(object, context, { what: 'the audit log', folder: ControlPlanePaths.AUDIT_LOG_DIRECTORY, file: ControlPlanePaths.AUDIT_LOG });
    },
  },
];

/** What keeps pods from some of the nodes that have an audit log. */
function narrowedTo(pod: unknown): string | undefined {
  const labels = (at(pod, 'nodeSelector') ?? {}) as Labels;
  const other = Object.keys(labels).find((key) => !(key === CONTROL_PLANE && labels[key] === '') && !(key === OS && labels[key] === 'linux'));
  if (other !== undefined) return `nodeSelector ${other}: ${labels[other]}`;
  return at(pod, 'affinity', 'nodeAffinity') === undefined ? undefined : 'nodeAffinity';
}
