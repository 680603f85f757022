import { PlatformKind, type Platform } from '../profile/platform';
import { Control } from './control';

/** A control that the provider of the control plane answers for. */
export interface InheritedControl {
  readonly control: Control;
  readonly provider: string;
  /** Where the provider says so. */
  readonly citation: string;
}

const EKS: readonly InheritedControl[] = [
  {
    control: Control.AU3_LOG_FLAGS, provider: 'AWS',
    citation: 'Amazon EKS User Guide, control plane logging and shared responsibility: AWS runs the API server and its audit backend',
  },
  {
    control: Control.TX3_CONTROL_TLS, provider: 'AWS',
    citation: 'Amazon EKS User Guide, shared responsibility and infrastructure security: AWS runs the API server and etcd, and their TLS',
  },
];

/** What the platform's provider answers for. A provider that we have no citation of answers for nothing: attest it. */
export function inheritedControls(platform: Platform): readonly InheritedControl[] {
  return platform.kind === PlatformKind.EKS ? EKS : [];
}
