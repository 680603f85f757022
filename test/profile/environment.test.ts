import { Environment } from '../../lib/profile/environment';

test('stages are values that a label takes', () => {
  expect(Object.values(Environment)).toEqual(['dev', 'test', 'prod']);
});
