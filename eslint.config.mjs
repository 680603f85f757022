import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'imports/*.ts', '**/*.js', '**/*.cjs', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@stylistic': stylistic },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@stylistic/indent': ['error', 2],
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: 'avoidEscape' }],
      '@stylistic/semi': ['error', 'always'],
      '@stylistic/comma-dangle': ['error', 'always-multiline'],
      '@stylistic/no-trailing-spaces': 'error',
      '@stylistic/eol-last': 'error',
      '@stylistic/max-len': ['error', { code: 180, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // Props that add nothing to those of their kind still have a name of their own.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // The barrel of the provider costs seconds and half a gigabyte: one module a resource.
      'no-restricted-imports': ['error', { paths: [{ name: '@cdktf/provider-aws', message: 'Import one module: @cdktf/provider-aws/lib/<resource>.' }] }],
    },
  },
  {
    files: ['test/**/*.ts', 'apps/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    // Tables of checks: the table's type says it all.
    files: ['lib/validation/checks/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    // A synth is a function of its input: no clock, no randomness, no environment in the library.
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Nothing reads the clock: pass a date.' },
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Nothing reads the clock: pass a date.' },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'The same input gives the same bytes.' },
      ],
    },
  },
);
