import { ClusterImagePolicySpecMode } from '../../../imports/policy.sigstore.dev';
import { ImagePolicyMode } from '../../../lib/profile/images/image-policy-mode';

test('its modes are those of policy-controller', () => {
  expect(Object.values(ImagePolicyMode)).toEqual(Object.values(ClusterImagePolicySpecMode).map((mode) => mode.toLowerCase()).sort((a, b) => (a < b ? -1 : 1)));
});
