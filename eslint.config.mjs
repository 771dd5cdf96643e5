import { builtinRules } from 'eslint/use-at-your-own-risk';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Specs, and the suites that every adapter of a port runs. */
const SPECS = ['**/*.spec.ts', '**/*.contract.ts', '**/*.suite.ts'];
const SCRIPTS = ['**/*.mjs', '**/*.cjs'];

/** `max-lines` once more under another name, so that one limit can warn and the other fail. */
const minos = { rules: { 'look-again': builtinRules.get('max-lines') } };

const limits = {
  complexity: ['error', { max: 10, variant: 'modified' }],
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'minos/look-again': ['warn', 250],
};

/** Packages that are loaded at the moment they are needed. */
const LAZY = [
  '^@minos/embedded-postgres$',
  '^kafkajs$',
  '^class-validator$',
  '^class-transformer$',
  '^class-validator-jsonschema$',
  '^@opentelemetry/api$',
  '^prom-client$',
  '^typeorm$',
  '^@node-rs/argon2$',
  '^openid-client$',
  '^@nestjs/',
];

const types = {
  '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-require-imports': ['error', { allow: LAZY }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // A port's in-memory adapter answers with promises that it has no reason to wait for.
  '@typescript-eslint/require-await': 'off',
};

const shapes = [
  { selector: 'ImportExpression', message: 'Load lazily by require(): plain Jest refuses import() in CommonJS.' },
  { selector: 'ExportAllDeclaration', message: 'List every exported name.' },
  { selector: 'Program > VariableDeclaration[kind="let"]', message: 'No state in modules: two applications in one process must not meet.' },
  {
    selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'No state in modules: two applications in one process must not meet.',
  },
  { selector: 'PropertyDefinition[static=true][readonly!=true]', message: 'No mutable statics.' },
  { selector: 'PropertyDefinition > Decorator[expression.callee.name=/^Inject/]', message: 'Inject by constructor.' },
  { selector: 'CallExpression[callee.object.name="process"][callee.property.name="exit"]', message: 'A library never ends the process.' },
];

/** More than four parameters want an options object; constructors are wired by the container and exempt. */
const parameters = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'TSEmptyBodyFunctionExpression'].map(
  (kind) => ({
    selector: `:not(MethodDefinition[kind="constructor"]) > ${kind}[params.length>4]`,
    message: 'At most four parameters; beyond that an options object.',
  }),
);

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', '.minos/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { minos },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.spec.json'],
        tsconfigRootDir: import.meta.dirname,
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
      },
    },
    rules: { ...limits, ...types, 'no-restricted-syntax': ['error', ...parameters], eqeqeq: 'error', 'no-console': 'error' },
  },
  {
    files: ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: SPECS,
    rules: { 'no-restricted-syntax': ['error', ...parameters, ...shapes] },
  },
  {
    files: SPECS,
    rules: {
      complexity: 'off',
      'max-lines': ['error', 700],
      'max-lines-per-function': 'off',
      'minos/look-again': 'off',
      'no-console': 'off',
      'no-restricted-syntax': 'off',
      // Jest's matchers and HTTP bodies are typed `any` by their libraries.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['bench/**/*.ts', 'tools/**/*.ts', 'libs/*/src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: SCRIPTS,
    plugins: { minos },
    rules: { ...limits, eqeqeq: 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  prettier,
);
