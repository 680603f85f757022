import type { TerraformStack } from 'cdktf';
import { RegistryScanning, type RegistryScanningProps } from '../../lib/registry/registry-scanning';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const props: Required<RegistryScanningProps> = { region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new RegistryScanning(stack, 'Scanning', { ...props, ...changes });

describe('RegistryScanning', () => {
  test('scans every repository, again and again', () => {
    expect(synthStack(make()).only('aws_ecr_registry_scanning_configuration')).toEqual({
      region: 'us-east-1', scan_type: 'ENHANCED', rule: [{ scan_frequency: 'CONTINUOUS_SCAN', repository_filter: [{ filter: '*', filter_type: 'WILDCARD' }] }],
    });
  });

  test('claims no control', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'derived from region', 'itself'],
    ['an unknown field', { scanType: 'BASIC' }, 'scanType', 'no other field', 'region'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Scanning', value, rule, remedy });
  });
});
