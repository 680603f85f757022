/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  // swc: ts-jest takes six times as long; types are checked by `npm run typecheck`.
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  // Stacks that nobody reads; the file says why.
  moduleNameMapper: { '^\\.{1,2}/(tokens/)?(private/)?stack-trace$': '<rootDir>/test/support/no-stack-trace.ts' },
  // jest's default on two cores is one worker.
  maxWorkers: '100%',
};
