// `npm test` reads no maps: where a test fails, `npx jest` of it says the line.
const sourceMaps = process.argv.includes('--ci') ? false : 'inline';

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  // swc: ts-jest takes six times as long; types are checked by `npm run typecheck`.
  // cel-js is an ES module, which Node requires and jest does not.
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/cel-js/)'],
  transform: {
    '/@marcbachmann/cel-js/.+\\.js$': ['@swc/jest', { sourceMaps, jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
    '^.+\\.ts$': ['@swc/jest', { sourceMaps, jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  // Stacks that nobody reads; the file says why.
  moduleNameMapper: { '^\\.{1,2}/(tokens/)?(private/)?stack-trace$': '<rootDir>/test/support/no-stack-trace.ts' },
  // jest's default on two cores is one worker.
  maxWorkers: '100%',
};
