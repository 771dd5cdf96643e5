import { join } from 'node:path';
import { SchematicTestRunner } from '@angular-devkit/schematics/testing';
import { ROOT } from '../../tools/files.mjs';
import { projectOf, SchematicRun } from '../../tools/testing/schematic-run.js';

const NEST = join(ROOT, 'node_modules/@nestjs/schematics/dist/collection.json');
const project = () =>
  projectOf({
    '/package.json': '{ "name": "shop" }',
    '/src/app.module.ts':
      "import { Module } from '@nestjs/common';\n\n@Module({ imports: [], providers: [] })\nexport class AppModule {}\n",
  });

describe('somebody who writes `nest g … order/place-order`', () => {
  it('plain Nest: gets nothing, for its collection knows no command, query, event, aggregate or projection', async () => {
    const runner = new SchematicTestRunner('@nestjs/schematics', NEST);
    const service = await runner.runSchematic('service', { name: 'order' }, project());
    expect(service.files).toContain('/src/order/order.service.ts');
    for (const kind of ['command', 'query', 'event', 'aggregate', 'projection']) {
      await expect(runner.runSchematic(kind, { name: 'order/place-order' }, project())).rejects.toThrow('not found in collection');
    }
  });

  it('Minos: gets the message with its durable name, the handler, its spec, and the line in the module', async () => {
    const schematics = new SchematicRun();
    try {
      const shop = await schematics.run('aggregate', { name: 'order' }, project());
      const after = await schematics.run('command', { name: 'order/place-order' }, shop);
      const added = after.files.filter((file) => !shop.files.includes(file));
      expect(added).toContain('/src/order/place-order/place-order.command.ts');
      expect(added).toContain('/src/order/place-order/place-order.handler.ts');
      expect(added).toContain('/src/order/place-order/place-order.handler.spec.ts');
      expect(after.readText('/src/order/place-order/place-order.command.ts')).toContain("@Command('order.place'");
      expect(after.readText('/src/app.module.ts')).toContain('providers: [PlaceOrderHandler]');
    } finally {
      schematics.close();
    }
  });
});
