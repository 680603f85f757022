import { EcrRegistryScanningConfiguration } from '@cdktf/provider-aws/lib/ecr-registry-scanning-configuration';
import { Construct } from 'constructs';
import { checkFields, checkKnownAtSynth, checkRegion } from '../profile/checks';

export interface RegistryScanningProps {
  /** Region whose registry is scanned. */
  readonly region: string;
}

/**
 * Scanning of every image of the account's registry in a region by Amazon Inspector, when it is pushed and again whenever a new flaw becomes known.
 *
 * Serves 45 CFR 164.308(a)(5)(ii)(B) and claims no control: a scan keeps nothing from running. It is one setting of the whole account and region, and not of a
 * repository: have it once, in one stack. Inspector charges for each image.
 *
 * @example
 *   new RegistryScanning(stack, 'RegistryScanning', { region: 'us-east-1' });
 */
export class RegistryScanning extends Construct {
  public readonly configuration: EcrRegistryScanningConfiguration;

  public constructor(scope: Construct, id: string, props: RegistryScanningProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['region'], 'scanning of the registry takes no other field');
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    this.configuration = new EcrRegistryScanningConfiguration(this, 'Resource', {
      region: props.region,
      scanType: 'ENHANCED',
      rule: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilter: [{ filter: '*', filterType: 'WILDCARD' }] }],
    });
  }
}
