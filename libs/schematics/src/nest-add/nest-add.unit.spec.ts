import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import { projectOf, SchematicRun } from '../../../../tools/testing/schematic-run.js';

const MODULE = `import { Module } from '@nestjs/common';

@Module({
  // Everything that the shop sells.
  providers: [],
})
export class ShopModule {}
`;
const MAIN = `import { NestFactory } from '@nestjs/core';
import { ShopModule } from './shop.module';

async function bootstrap() {
  const app = await NestFactory.create(ShopModule, {
    bufferLogs: true,
  });
  await app.listen(3000);
}
void bootstrap();
`;
const manifest = (nest: string): string => JSON.stringify({ name: '@acme/web-shop', dependencies: { '@nestjs/core': nest, pg: '8.16.1' } });
const PROJECT = { '/package.json': manifest('^12.0.1'), '/src/main.ts': MAIN, '/src/shop.module.ts': MODULE };

let schematics: SchematicRun;
beforeAll(() => (schematics = new SchematicRun()));
afterAll(() => schematics.close());

const add = (files: Readonly<Record<string, string>>, options: object = {}): Promise<UnitTestTree> =>
  schematics.run('nest-add', options, projectOf(files));

describe('nest add', () => {
  it('imports the module in the root module, which main.ts names', async () => {
    const after = await add(PROJECT);
    expect(after.readText('/src/shop.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { MinosModule } from '@minos/nest';

@Module({
  // Everything that the shop sells.
  providers: [],
  imports: [MinosModule.forRoot({ service: 'web-shop' })],
})
export class ShopModule {}
`);
  });

  it('adds the shutdown hooks once', async () => {
    const after = await add(PROJECT);
    expect(after.readText('/src/main.ts')).toBe(MAIN.replace('  });\n', '  });\n  app.enableShutdownHooks();\n'));
    const own = MAIN.replace('  await app.listen', "  app.enableShutdownHooks(['SIGTERM']);\n  await app.listen");
    expect((await add({ ...PROJECT, '/src/main.ts': own })).readText('/src/main.ts')).toBe(own);
  });

  it('adds what is missing to package.json for the version of Nest, and installs it', async () => {
    const after = JSON.parse((await add({ ...PROJECT, '/package.json': manifest('~11.2.0') })).readText('/package.json'));
    expect(after).toEqual({
      name: '@acme/web-shop',
      dependencies: {
        '@minos/common': '0.1.0',
        '@minos/cqrs': '0.1.0',
        '@minos/event-sourcing': '0.1.0',
        '@minos/nest': '0.1.0',
        '@minos/saga': '0.1.0',
        '@nestjs/core': '~11.2.0',
        '@nestjs/cqrs': '^11.0.0',
        '@nestjs/terminus': '^11.0.0',
        pg: '8.16.1',
        'prom-client': '^15.0.0',
      },
      devDependencies: { '@minos/embedded-postgres': '0.1.0', '@minos/schematics': '0.1.0', '@nestjs/testing': '^11.0.0' },
    });
    expect(schematics.tasks).toEqual(['node-package']);
    await add(PROJECT, { skipInstall: true });
    expect(schematics.tasks).toEqual([]);
  });

  it('tests that names are kept, and says what comes next', async () => {
    const after = await add(PROJECT);
    expect(after.readText('/src/names.spec.ts')).toContain("expectNamesKept(registry, 'minos.names.json');");
    expect(after.readText('/src/names.spec.ts')).toContain("expectSagasKept(app.get<SagaOperations>(SagaOperations), 'minos.sagas.json');");
    expect(schematics.log.join('\n')).toContain('MINOS_UPDATE_NAMES=1 npm test, and commit minos.names.json');
    expect(schematics.log.join('\n')).not.toContain('instead of @nestjs/cqrs');
  });

  it('changes nothing the second time', async () => {
    const once = await add(PROJECT);
    const twice = await schematics.run('nest-add', {}, once);
    expect(twice.files.map((file) => [file, twice.readText(file)])).toEqual(once.files.map((file) => [file, once.readText(file)]));
    expect(schematics.tasks).toEqual([]);
  });

  it('leaves the module of @nestjs/cqrs to be changed by hand, and a root that is configured already', async () => {
    const module = MODULE.replace(
      'providers: []',
      "imports: [CqrsModule, MinosModule.forRootAsync({ useFactory: () => ({ service: 'own' }) })]",
    ).replace('\n\n', "\nimport { CqrsModule } from '@nestjs/cqrs';\nimport { MinosModule } from '@minos/nest';\n\n");
    const after = await add({ ...PROJECT, '/src/shop.module.ts': module });
    expect(after.readText('/src/shop.module.ts')).toBe(module);
    expect(schematics.log.join('\n')).toContain('take CqrsModule out of the imports in src/shop.module.ts');
  });

  it('makes a service of one application of several, of ES modules', async () => {
    const files = {
      '/package.json': JSON.stringify({ name: 'all', type: 'module', dependencies: { '@nestjs/core': '^12.0.0' } }),
      '/nest-cli.json': '// All of it.\n' + JSON.stringify({ projects: { 'web-shop': { sourceRoot: 'apps/shop/src' } } }),
      '/apps/shop/src/main.ts': MAIN.replace('./shop.module', './shop.module.js'),
      '/apps/shop/src/shop.module.ts': MODULE,
    };
    const after = await add(files, { sourceRoot: 'apps/shop/src', project: 'undefined' });
    expect(after.readText('/apps/shop/src/shop.module.ts')).toContain("MinosModule.forRoot({ service: 'web-shop' })");
    const spec = after.readText('/apps/shop/src/names.spec.ts');
    expect(spec).toContain("import { ShopModule } from './shop.module.js';");
    expect(spec).toContain("expectNamesKept(registry, 'apps/shop/minos.names.json');");
    expect(spec).toContain("'apps/shop/minos.sagas.json'");
    const named = await add(files, { sourceRoot: 'apps/shop/src', service: 'sales' });
    expect(named.readText('/apps/shop/src/shop.module.ts')).toContain("service: 'sales'");
  });

  it.each([
    ['MAIN_UNREADABLE', '/src/main.ts', undefined],
    ['MAIN_UNREADABLE', '/src/main.ts', 'void 0;'],
    ['MAIN_UNREADABLE', '/src/main.ts', MAIN.replace('./shop.module', './gone.module')],
    ['MAIN_UNREADABLE', '/src/main.ts', MAIN.replace('const app = await', 'return')],
    ['NEST_VERSION_UNSUPPORTED', '/package.json', manifest('^10.4.0')],
    ['ELEMENT_NAME_INVALID', '/package.json', '{ "name": "" }'],
    ['MODULE_UNREADABLE', '/src/shop.module.ts', MODULE.replace(/@Module\(\{[^]*\}\)/, '@Module(OPTIONS)')],
  ])('says %s of %s', async (code, path, text) => {
    const { [path]: _replaced, ...rest } = { ...PROJECT } as Record<string, string>;
    await expect(add(text === undefined ? rest : { ...rest, [path]: text })).rejects.toMatchObject({ code });
  });
});
