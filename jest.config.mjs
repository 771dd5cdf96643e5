import { availableParallelism } from 'node:os';

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/tools/jest/environment.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/[^/]+/dist/', '<rootDir>/.minos/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@minos/([^/]+)/package.json$': '<rootDir>/libs/$1/package.json',
    '^@minos/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@minos/([^/]+)/(.+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^@shop/contracts$': '<rootDir>/libs/shop-contracts/src/index.ts',
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

/**
 * @param {string} kind the suffix of its specs
 * @param {{ globalSetup?: string }} [extra]
 */
const project = (kind, extra = {}) => ({
  ...shared,
  displayName: kind,
  testMatch: ['libs', 'apps', 'bench', 'examples', 'tools'].map((folder) => `<rootDir>/${folder}/**/*.${kind}.spec.ts`),
  ...extra,
});

/** One PostgreSQL for all specs of a run; each spec file makes a database of its own on it. */
const postgres = { globalSetup: '<rootDir>/tools/jest/postgres-setup.mjs' };

export default {
  // `fault` holds the full counts, minutes long: `npm run test:faults`.
  projects: [project('unit'), project('type'), project('int', postgres), project('e2e', postgres), project('fault', postgres)],
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // What suites leave behind adds up in a worker, until collecting it stops the process for seconds: a new one costs one second.
  workerIdleMemoryLimit: '700MB',
  // Only what hangs takes so long: a worker that collects garbage, or waits for a processor, stands still for seconds.
  testTimeout: 300_000,
};
