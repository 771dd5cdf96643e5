const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/[^/]+/dist/', '<rootDir>/.minos/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@minos/([^/]+)/package.json$': '<rootDir>/libs/$1/package.json',
    '^@minos/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@minos/([^/]+)/(.+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transformIgnorePatterns: [],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
    '^.+\\.[mc]?js$': '<rootDir>/tools/jest/esm-to-cjs.cjs',
  },
};

const project = (kind, extra = {}) => ({
  ...shared,
  displayName: kind,
  testMatch: ['libs', 'apps', 'bench', 'tools'].map((folder) => `<rootDir>/${folder}/**/*.${kind}.spec.ts`),
  ...extra,
});

const postgres = { globalSetup: '<rootDir>/tools/jest/postgres-setup.mjs' };

export default {
  projects: [project('unit'), project('type'), project('int', postgres), project('e2e', postgres)],
  testTimeout: 30_000,
};
