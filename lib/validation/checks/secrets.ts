import { Control } from '../../controls/control';
import type { Check } from '../check';
import { secretCopies, weakProviderClass } from '../secret-copies';

/** What is checked on secrets that come by reference. */
export const SECRET_CHECKS: readonly Check[] = [
  {
    control: Control.PS4_SECRETS,
    kind: 'SecretProviderClass',
    check: (object, context) => weakProviderClass(object.content) ?? secretCopies(object, context),
  },
];
