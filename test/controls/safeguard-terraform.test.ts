import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { TerraformStack, Testing } from 'cdktf';
import { Control } from '../../lib/controls/control';
import { Safeguard } from '../../lib/controls/safeguard';

test('a claim on a Terraform resource is read back, and reaches no JSON', () => {
  const synth = (claim: boolean): string => {
    const stack = new TerraformStack(Testing.app(), 'Test');
    const bucket = new S3Bucket(stack, 'Resource', { bucket: 'a' });
    if (claim) {
      Safeguard.implement(bucket, Control.AU5_WORM_6Y, 'secret-how');
      Safeguard.fallShort(stack, Control.AU4_OFF_CLUSTER, 'secret-why');
      expect(Safeguard.claimsOf(bucket).map((made) => made.control)).toEqual(['AU5']);
    }
    return JSON.stringify(stack.toTerraform());
  };

  expect(synth(true)).toBe(synth(false));
  expect(synth(true)).not.toMatch(/secret|safeguard|AU5/);
});
