/** The identity of what verifies images, in a whole stack. */
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { ImageAuthority } from '../../lib/profile/images/image-authority';
import { EksOrigin } from '../../lib/profile/eks-origin';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { Platform } from '../../lib/profile/platform';
import type { HipaaProfileProps } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { eksProfile } from '../support/profiles';
import { inPolicy, type Statement } from '../validation/weakening';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const KMS = ImageAuthority.awsKms(KEY);
const KEYLESS = ImageAuthority.keyless({ issuer: 'https://token.actions.githubusercontent.com', subject: 'https://github.com/company/images/.github/workflows/release.yml@refs/heads/main' });
const EKS = { region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, networkPolicyMode: NetworkPolicyMode.STANDARD };
const profileOf = (changes: Partial<HipaaProfileProps> = {}) => eksProfile({ platform: Platform.eks(EKS), imageSigning: { authorities: [KMS] }, ...changes });
function objectsOf(changes: Partial<HipaaProfileProps> = {}): readonly SynthesizedObject[] {
  const app = new HipaaTerraformApp(profileOf(changes));
  new HipaaStack(app, profileOf(changes));
  return app.synthesize().objects;
}
const verifier = (objects: readonly SynthesizedObject[], kind: string) => objects.find(({ reference }) => reference.address!.startsWith(`${kind}.ImageVerifier`))?.content as Record<string, unknown> | undefined;
const permissions = (changes: Partial<HipaaProfileProps>): Statement[] => (JSON.parse(String(verifier(objectsOf(changes), 'aws_iam_role_policy')!.policy)) as { Statement: Statement[] }).Statement;

describe('the verifier of images', () => {
  const objects = objectsOf();

  test('has an identity that waits for the cluster', () => {
    expect(verifier(objects, 'aws_eks_pod_identity_association')).toMatchObject({ namespace: 'cosign-system', service_account: 'policy-controller-webhook', depends_on: [expect.stringMatching(/^aws_eks_cluster\./)] });
    expect(verifier(objects, 'aws_iam_role')!.name).toBe('healthcare-cluster-image-verifier');
    expect(verifyClaims(objects, profileOf())).toEqual([]);
  });

  test.each<[string, Partial<HipaaProfileProps>, [string, unknown][]]>([
    ['a key of KMS', {}, [['AllowRegistryToken', '*'], ['AllowPull', 'arn:aws:ecr:us-east-1:123456789012:repository/*'], ['AllowPublicKeys', KEY]]],
    ['one key twice', { imageSigning: { authorities: [KMS, KEYLESS, KMS] } }, [['AllowRegistryToken', '*'], ['AllowPull', 'arn:aws:ecr:us-east-1:123456789012:repository/*'], ['AllowPublicKeys', KEY]]],
    ['an identity', { imageSigning: { authorities: [KEYLESS] } }, [['AllowRegistryToken', '*'], ['AllowPull', 'arn:aws:ecr:us-east-1:123456789012:repository/*']]],
    ['images of others than AWS', { imageRegistry: 'ghcr.io/company', approvedRegistries: ['ghcr.io/company'] }, [['AllowPublicKeys', KEY]]],
    ['a path of another account', { approvedRegistries: ['ghcr.io/company', '210987654321.dkr.ecr.us-west-2.amazonaws.com/team'] }, [['AllowRegistryToken', '*'], ['AllowPull', 'arn:aws:ecr:us-west-2:210987654321:repository/team/*'], ['AllowPublicKeys', KEY]]],
  ])('may do what it needs for %s', (_what, changes, expected) => {
    expect(permissions(changes).map(({ Sid, Resource }) => [Sid, Resource])).toEqual(expected);
  });

  test('has an identity on a cluster that is only observed, which is there', () => {
    const association = verifier(objectsOf({ platform: Platform.eks({ ...EKS, origin: EksOrigin.observe() }) }), 'aws_eks_pod_identity_association');

    expect(association).toBeDefined();
    expect(association!.depends_on).toBeUndefined();
  });

  test('is nobody where nobody signs', () => {
    expect(verifier(objectsOf({ imageSigning: undefined }), 'aws_iam_role')).toBeUndefined();
  });

  test.each<[string, (statements: Statement[]) => void, RegExp]>([
    ['pulls from every account', (statements) => (statements.find(({ Sid }) => Sid === 'AllowPull')!.Resource = '*'), /more than its work: \*/],
    ['does more with its token', ([token]) => (token.Action = ['ecr:GetAuthorizationToken', 'ecr:PutImage']), /more than its work: \*/],
    ['does everything with images', (statements) => (statements.find(({ Sid }) => Sid === 'AllowPull')!.Action = 'ecr:*'), /more than its work: ecr:\*/],
    ['reads every key', (statements) => (statements.find(({ Sid }) => Sid === 'AllowPublicKeys')!.Resource = '*'), /more than its work: \*/],
  ])('a finding tells where it %s', (_what, change, message) => {
    const copies = structuredClone(objects) as SynthesizedObject[];
    inPolicy(change)(verifier(copies, 'aws_iam_role_policy'), []);

    expect(verifyClaims(copies, profileOf()).join()).toMatch(message);
  });
});
