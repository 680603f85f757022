import { checkCidr, checkFields, checkImageDigest, checkList, checkText } from './checks';
import { checkKnownExecs, type FalcoKnownExec } from './falco-known-exec';

/** Falco, which watches what the processes of pods do. */
export interface FalcoSettings {
  /** Falco's image, by digest: 0.43 or later, with its container plugin inside. */
  readonly image: string;
  /** Socket of the nodes' container runtime. CRI-O has /run/crio/crio.sock. @default - that of Platform.selfManaged, otherwise containerd's */
  readonly runtimeSocket?: string;
  /** Further blocks that are no internet: public addresses of the organisation. @default - private, shared, loopback and link-local addresses */
  readonly internalCidrs?: readonly string[];
  /** Further folders, as containers see them, below which secrets are mounted. @default - the usual ones */
  readonly secretFolders?: readonly string[];
  /**
   * Probes and hooks of PHI pods that the kubelet executes in a container. One that is not here is an alert whenever it runs.
   * @default - none
   */
  readonly knownExecs?: readonly FalcoKnownExec[];
  /** SELinux type of the pods, for nodes with SELinux enforcing. @default - spc_t on EKS, where Bottlerocket has SELinux on; the container runtime's choice elsewhere */
  readonly seLinuxType?: string;
}

/** @internal */
export function checkFalco(path: string, settings: FalcoSettings): void {
  checkFields(path, settings, ['image', 'runtimeSocket', 'internalCidrs', 'secretFolders', 'knownExecs', 'seLinuxType'], 'control AU9, 45 CFR 164.312(b): runtime detection takes no other field');
  checkImageDigest(path, 'image', settings.image);
  if (settings.runtimeSocket !== undefined) checkText(path, 'runtimeSocket', settings.runtimeSocket);
  if (settings.seLinuxType !== undefined) checkText(path, 'seLinuxType', settings.seLinuxType);
  const { internalCidrs = [], secretFolders = [] } = settings;
  for (const [prop, list] of Object.entries({ internalCidrs, secretFolders })) checkList(path, prop, list, 'control AU9, 45 CFR 164.312(b)', 'give a list, also for one');
  for (const cidr of internalCidrs) checkCidr(path, 'internalCidrs', cidr);
  for (const folder of secretFolders) checkText(path, 'secretFolders', folder);
  checkKnownExecs(path, settings.knownExecs);
}
