import { Yaml } from 'cdk8s';
import { RootConstruct } from 'constructs';
import { AuditPolicy } from '../audit/audit-policy';
import { ApiServerPatch } from '../control-plane/api-server-patch';
import { ControlPlaneFile } from '../control-plane/control-plane-file';
import { EncryptionConfiguration } from '../encryption/encryption-configuration';
import { KmsPlugin } from '../encryption/kms-plugin';
import { NodeAuditFiles } from '../nodes/node-audit-files';
import { Errors } from '../profile/errors';
import { SelfManagedPlatform } from '../profile/platform';
import type { HipaaProfile } from '../profile/profile';
import { claimsByEmitted } from '../validation/claims';
import { nodeFindings } from '../validation/report';
import { Tree, type SynthesizedObject } from '../validation/synthesized-object';
import { verifyClaims } from '../validation/verify';
import { attempt, type Synthesis } from './synthesis';

/**
 * The files of a self-managed cluster: audit policy, encryption configuration, and kubeadm's configuration of the API server that reads them; and, for every node,
 * what has auditd record who touched what holds PHI. They are no API objects: they are copied onto the nodes, never applied with kubectl.
 */
export class HipaaControlPlane extends RootConstruct {
  private readonly profile: HipaaProfile;

  public constructor(profile: HipaaProfile) {
    super('ControlPlane');
    this.profile = profile;
    const platform = profile.platform;
    if (!(platform instanceof SelfManagedPlatform)) {
      throw Errors.notOnPlatform('HipaaControlPlane', 'control-plane files', platform.label, 'the provider runs the API server and reads no file of yours', 'use Platform.selfManaged() where you run the control plane');
    }
    const kubernetesVersion = platform.version;
    new AuditPolicy(this, 'AuditPolicy', {
      kubernetesVersion,
      phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
      rules: platform.auditPolicy.rules,
    });
    const encryption = new EncryptionConfiguration(this, 'EncryptionConfiguration', { kubernetesVersion, ...platform.encryptionConfiguration });
    const plugin = platform.kmsPlugin;
    if (plugin) {
      const { provider } = platform.encryptionConfiguration;
      new KmsPlugin(this, 'KmsPlugin', {
        image: plugin.image,
        keyArn: plugin.keyArn,
        region: plugin.keyArn.split(':')[3],
        socketPath: provider?.endpoint?.replace(/^unix:\/\//, ''),
      });
    }
    new NodeAuditFiles(this, 'NodeAudit', { runtimeSockets: [platform.runtimeSocket], kmsSockets: encryption.socketPaths });
    const { serviceAccountIssuer, formerServiceAccountIssuers } = profile.logShipper;
    new ApiServerPatch(this, 'ApiServer', { kubernetesVersion, serviceAccountIssuer, formerServiceAccountIssuers });
  }

  /** The files in memory, with all that is wrong with them. */
  public synthesize(): Synthesis {
    const findings = nodeFindings(this);
    const claims = claimsByEmitted(this, ControlPlaneFile.isControlPlaneFile);
    findings.push(...claims.findings);
    const objects = ControlPlaneFile.filesOf(this).flatMap((file): SynthesizedObject[] => {
      // A file that cannot be made says why as a node, too.
      const content = attempt(findings.length > 0 ? [] : findings, undefined, () => file.toObject());
      return content === undefined ? [] : [{
        reference: { tree: Tree.CONTROL_PLANE, apiVersion: String(content.apiVersion), kind: String(content.kind), file: file.fileName },
        path: file.node.path,
        content,
        claims: claims.byConstruct.get(file) ?? [],
      }];
    });
    findings.push(...verifyClaims(objects, this.profile));
    if (findings.length > 0) return { files: [], objects, findings };
    const texts = new Map(ControlPlaneFile.filesOf(this).map((file) => [file.fileName, file.toText()]));
    const files = objects.map(({ reference, content }) => ({ path: reference.file!, content: texts.get(reference.file!) ?? Yaml.stringify(content) }));
    return { files, objects, findings };
  }
}
