import { Errors } from './errors';
import { KubernetesVersion } from './kubernetes-version';

/** What judges requests in the cluster. */
export enum AdmissionEngineKind {
  GATEKEEPER = 'gatekeeper',
  API_SERVER = 'api-server',
}

/** What a rule is written for: constraints of Gatekeeper, or ValidatingAdmissionPolicies, which the API server evaluates by itself. */
export class AdmissionEngine {
  /** Gatekeeper 3.19 or later: it knows every rule of the pack, audits what is there already, and has a webhook that has to fail closed. */
  public static gatekeeper(): AdmissionEngine {
    return new AdmissionEngine(AdmissionEngineKind.GATEKEEPER);
  }

  /**
   * The API server, for clusters without Gatekeeper. It needs no webhook, refuses where a rule can't be evaluated, and audits nothing that is there already.
   * Rules that look at other objects, or that CEL can't express, it does not know.
   *
   * @throws where the cluster is older than Kubernetes 1.30, the first one with admissionregistration.k8s.io/v1 of ValidatingAdmissionPolicy.
   */
  public static apiServer(version: KubernetesVersion): AdmissionEngine {
    if (!(version instanceof KubernetesVersion)) {
      throw Errors.refused('AdmissionEngine.apiServer', 'version is no KubernetesVersion', version, 'ValidatingAdmissionPolicy is v1 from Kubernetes 1.30', 'use KubernetesVersion.V1_33, or KubernetesVersion.of(\'1.33\')');
    }
    if (!version.isAtLeast(KubernetesVersion.V1_30)) {
      throw Errors.versionTooOld('AdmissionEngine.apiServer', 'ValidatingAdmissionPolicy of admissionregistration.k8s.io/v1', version.version, '1.30', 'use AdmissionEngine.gatekeeper() and install Gatekeeper');
    }
    return new AdmissionEngine(AdmissionEngineKind.API_SERVER);
  }

  private constructor(public readonly kind: AdmissionEngineKind) {
    Object.freeze(this);
  }
}
