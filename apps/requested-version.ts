import { KubernetesVersion } from '../lib/profile/kubernetes-version';

/** The Kubernetes version that the caller asked for: `KUBERNETES_VERSION=1.36 npm run synth`. Entry programs alone read the environment. */
export function requestedVersion(otherwise: KubernetesVersion): KubernetesVersion {
  const version = process.env.KUBERNETES_VERSION;
  return version ? KubernetesVersion.of(version) : otherwise;
}
