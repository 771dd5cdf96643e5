import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import { ROOT } from '../../../tools/files.mjs';
import { projectOf, SchematicRun } from '../../../tools/testing/schematic-run.js';

const PROJECT = {
  '/package.json': JSON.stringify({ name: 'shop', dependencies: { '@nestjs/core': '^12.0.0' } }),
  '/tsconfig.json': JSON.stringify({
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noEmit: true, declaration: false, declarationMap: false, types: ['node', 'jest'] },
    include: ['src'],
  }),
  '/eslint.config.mjs': `import tseslint from 'typescript-eslint';
export default tseslint.config({
  files: ['src/**/*.ts'],
  extends: [...tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
});
`,
  '/jest.config.mjs': `import shared from '${ROOT}/jest.config.mjs';
const [{ moduleNameMapper, moduleFileExtensions, transform, transformIgnorePatterns }] = shared.projects;
const mapped = Object.fromEntries(Object.entries(moduleNameMapper).map(([name, path]) => [name, path.replace('<rootDir>', '${ROOT}')]));
const transforms = Object.fromEntries(
  Object.entries(transform).map(([name, by]) => [name, typeof by === 'string' ? by.replace('<rootDir>', '${ROOT}') : by]),
);
export default { moduleNameMapper: mapped, moduleFileExtensions, transform: transforms, transformIgnorePatterns, testMatch: ['<rootDir>/src/**/*.spec.ts'] };
`,
  '/src/main.ts': `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
void bootstrap();
`,
  '/src/app.module.ts': `import { Module } from '@nestjs/common';

@Module({})
export class AppModule {}
`,
};
const GENERATED = [
  ['nest-add', {}],
  ['aggregate', { name: 'order' }],
  ['command', { name: 'order/create-order' }],
  ['command', { name: 'order/place-order' }],
  ['event', { name: 'order/order-placed' }],
  ['query', { name: 'order/get-order' }],
  ['projection', { name: 'order/order-list' }],
  ['aggregate', { name: 'order-item', flat: true }],
  ['command', { name: 'send-reminder' }],
  ['query', { name: 'get-prices', flat: true }],
  ['event', { name: 'letters/letter-sent' }],
  ['projection', { name: 'letters/letter-list', flat: true }],
  ['saga', { name: 'order/checkout' }],
  ['saga', { name: 'letters/post-it', owner: 'post' }],
] as const;

/** Below the repository, so that its packages are found. */
mkdirSync(join(ROOT, '.minos'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.minos/generated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function generated(): Promise<UnitTestTree> {
  const schematics = new SchematicRun();
  let tree = projectOf(PROJECT);
  for (const [kind, options] of GENERATED) tree = await schematics.run(kind, options, tree);
  schematics.close();
  return tree;
}

/** Runs a program of the repository in the folder; resolves with what it printed, unless it ended well. */
function faultsOf(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, MINOS_UPDATE_NAMES: '1', NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], { cwd: folder, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0 ? '' : printed)));
}

it('a generated application compiles, lints, and its specs pass', async () => {
  const tree = await generated();
  for (const path of tree.files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), tree.readText(path));
  }
  const faults = await Promise.all([
    faultsOf('typescript/bin/tsc', '-p', '.'),
    faultsOf('eslint/bin/eslint.js', '--max-warnings', '0', 'src'),
    faultsOf('jest/bin/jest.js', '--ci', '--runInBand', '--testTimeout=60000'),
  ]);
  expect(faults).toEqual(['', '', '']);
});
