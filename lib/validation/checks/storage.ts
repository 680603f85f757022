import { Control } from '../../controls/control';
import type { Check } from '../check';
import { setFindings } from '../set-findings';
import { unencrypted, unencryptedVolumes } from '../volume-classes';

/** What is checked on classes of volumes. */
export const STORAGE_CHECKS: readonly Check[] = [
  {
    control: Control.EN3_VOLUMES,
    kind: 'StorageClass',
    check: (object, context) => unencrypted(object, context) ?? setFindings(Control.EN3_VOLUMES, object, context, 'volumes that are not encrypted', unencryptedVolumes),
  },
];
