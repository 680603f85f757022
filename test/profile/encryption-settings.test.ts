import { EncryptionMigration } from '../../lib/profile/encryption-settings';

test('a migration has two states: plaintext is readable, or it is not', () => {
  expect(Object.values(EncryptionMigration)).toEqual(['encrypting', 'encrypted']);
});
