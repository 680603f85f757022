/** The AWS partition that a region belongs to; ARNs and service principals differ between them. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e';
  if (region.startsWith('us-isof-')) return 'aws-iso-f';
  return 'aws';
}

/** The domain of a partition's endpoints. */
export function dnsSuffixOf(region: string): string {
  switch (partitionOf(region)) {
    case 'aws-cn': return 'amazonaws.com.cn';
    case 'aws-eusc': return 'amazonaws.eu';
    case 'aws-iso': return 'c2s.ic.gov';
    case 'aws-iso-b': return 'sc2s.sgov.gov';
    case 'aws-iso-e': return 'cloud.adc-e.uk';
    case 'aws-iso-f': return 'csp.hci.ic.gov';
    default: return 'amazonaws.com';
  }
}
