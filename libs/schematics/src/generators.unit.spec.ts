import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import { projectOf, SchematicRun } from '../../../tools/testing/schematic-run.js';
import { pascalOf } from './names/spelling.js';

const MODULE = `import { Module } from '@nestjs/common';

// What the shop sells with.
@Module({
  imports: [], // none yet
  providers: [],
})
export class AppModule {}
`;
const PROJECT = { '/package.json': '{ "name": "shop" }', '/src/app.module.ts': MODULE };
const SERVICE = { ...PROJECT, '/src/app.module.ts': MODULE.replace('imports: []', "imports: [MinosModule.forRoot({ service: 'shop' })]") };

let schematics: SchematicRun;
beforeAll(() => (schematics = new SchematicRun()));
afterAll(() => schematics.close());

const generate = (kind: string, name: string, tree: UnitTestTree, options: object = {}): Promise<UnitTestTree> =>
  schematics.run(kind, { name, ...options }, tree);
const added = (before: UnitTestTree, after: UnitTestTree): string[] => after.files.filter((file) => !before.files.includes(file)).sort();
const withOrder = (): Promise<UnitTestTree> => generate('aggregate', 'order', projectOf(SERVICE));

describe('aggregate', () => {
  it('makes the aggregate, its first event and a spec, and provides its repository', async () => {
    const project = projectOf(PROJECT);
    const after = await generate('aggregate', 'order', project);
    expect(added(project, after)).toEqual([
      '/src/order/order.aggregate.spec.ts',
      '/src/order/order.aggregate.ts',
      '/src/order/order.events.ts',
    ]);
    expect(after.readText('/src/order/order.events.ts')).toContain("@Event('order.created', { version: 1 })");
    expect(after.readText('/src/order/order.aggregate.ts')).toContain("@Aggregate('order')\nexport class Order extends AggregateRoot {");
    expect(after.readText('/src/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { MinosModule } from '@minos/nest';
import { Order } from './order/order.aggregate';

// What the shop sells with.
@Module({
  imports: [MinosModule.forFeature({ aggregates: [Order] })], // none yet
  providers: [],
})
export class AppModule {}
`);
  });

  it('gives a durable name without hyphen, and refuses one with', async () => {
    const after = await generate('aggregate', 'order-item', projectOf(PROJECT));
    expect(after.readText('/src/order-item/order-item.aggregate.ts')).toContain("@Aggregate('order_item')\nexport class OrderItem ");
    await expect(generate('aggregate', 'order', projectOf(PROJECT), { nameOnWire: 'the-order' })).rejects.toMatchObject({
      code: 'ELEMENT_NAME_INVALID',
      message: expect.stringContaining('"nameOnWire"'),
    });
  });
});

describe('command', () => {
  it('lets the aggregate of its folder decide, by a method that it gives it', async () => {
    const order = await withOrder();
    const after = await generate('command', 'order/place-order', order);
    expect(added(order, after)).toEqual([
      '/src/order/place-order/place-order.command.ts',
      '/src/order/place-order/place-order.handler.spec.ts',
      '/src/order/place-order/place-order.handler.ts',
    ]);
    expect(after.readText('/src/order/place-order/place-order.command.ts')).toContain(
      "@Command('order.place', { owner: 'shop' })\nexport class PlaceOrder extends Command {\n  constructor(readonly orderId: string)",
    );
    expect(after.readText('/src/order/place-order/place-order.handler.ts')).toContain(
      'repository.update(orderId, (order) => order.place())',
    );
    expect(after.readText('/src/order/order.aggregate.ts')).toContain(`  place(): void {
    // Decide: throw a Rejection, or say what happened with this.apply(new …).
  }

  @On(OrderCreated)`);
    expect(after.readText('/src/app.module.ts')).toContain('providers: [PlaceOrderHandler],');
  });

  it('uses a method that is there, and creates by the one of that name or where it is told to', async () => {
    const order = await withOrder();
    const created = await generate('command', 'order/create-order', order);
    expect(created.readText('/src/order/create-order/create-order.handler.ts')).toContain(
      'repository.create(orderId, (order) => order.create())',
    );
    expect(created.readText('/src/order/order.aggregate.ts')).toBe(order.readText('/src/order/order.aggregate.ts'));
    const opened = await generate('command', 'order/open-order', order, { creates: true });
    expect(opened.readText('/src/order/open-order/open-order.handler.ts')).toContain('repository.create(');
  });

  it('stands alone where there is no aggregate, and is handled where it is sent where nothing names a service', async () => {
    const after = await generate('command', 'SendReminder', projectOf(PROJECT));
    const text = after.readText('/src/send-reminder/send-reminder.command.ts');
    expect(text).toContain("@Command('send-reminder')\nexport class SendReminder extends Command<{ id: string }>");
    const owned = await generate('command', 'SendReminder', projectOf(SERVICE));
    const ownedText = owned.readText('/src/send-reminder/send-reminder.command.ts');
    expect(ownedText).toContain("@Command('shop.send-reminder', { owner: 'shop' })");
    expect(ownedText).toContain('constructor(readonly id: string)');
  });

  it('takes its name, owner and aggregate from options', async () => {
    const options = { nameOnWire: 'sales.place', owner: 'shop', aggregate: 'order', flat: true, spec: false };
    const after = await generate('command', 'sales/place', await withOrder(), options);
    expect(after.files).toEqual(expect.arrayContaining(['/src/sales/place.command.ts', '/src/sales/place.handler.ts']));
    expect(after.files).not.toContain('/src/sales/place.handler.spec.ts');
    expect(after.readText('/src/sales/place.command.ts')).toContain("@Command('sales.place', { owner: 'shop' })");
    expect(after.readText('/src/sales/place.handler.ts')).toContain("import { Order } from '../order/order.aggregate';");
  });

  it('is the class alone where another service owns it', async () => {
    const project = projectOf(SERVICE);
    const after = await generate('command', 'stock/reserve-stock', project, { owner: 'product' });
    expect(added(project, after)).toEqual(['/src/stock/reserve-stock/reserve-stock.command.ts']);
    expect(after.readText('/src/stock/reserve-stock/reserve-stock.command.ts')).toContain(
      "@Command('stock.reserve', { owner: 'product' })",
    );
    const asked = await generate('query', 'stock/get-stock', project, { owner: 'product' });
    expect(added(project, asked)).toEqual(['/src/stock/get-stock/get-stock.query.ts']);
  });

  it('says which aggregate is missing, and which takes arguments', async () => {
    const order = await withOrder();
    await expect(generate('command', 'order/pay', order, { aggregate: 'account' })).rejects.toMatchObject({
      code: 'AGGREGATE_FILE_NOT_FOUND',
      message: expect.stringContaining('nest g -c @minos/schematics aggregate account'),
    });
    order.overwrite(
      '/src/order/order.aggregate.ts',
      order.readText('/src/order/order.aggregate.ts').replace('create(): void', 'create(by: string): void'),
    );
    await expect(generate('command', 'order/create-order', order)).rejects.toMatchObject({ code: 'AGGREGATE_UNREADABLE' });
  });
});

describe('query', () => {
  it('asks the aggregate of its folder', async () => {
    const after = await generate('query', 'order/get-order', await withOrder());
    expect(after.readText('/src/order/get-order/get-order.query.ts')).toContain("@Query('order.get', { owner: 'shop' })");
    expect(after.readText('/src/order/get-order/get-order.handler.ts')).toContain('await this.repository.load(orderId)');
    expect(after.readText('/src/app.module.ts')).toContain('providers: [GetOrderHandler],');
  });

  it('stands alone where there is none', async () => {
    const after = await generate('query', 'get-prices', projectOf(PROJECT), { specFileSuffix: 'test' });
    expect(after.files).toContain('/src/get-prices/get-prices.handler.test.ts');
    expect(after.readText('/src/get-prices/get-prices.handler.ts')).toContain('return Promise.resolve({ id });');
  });
});

describe('event', () => {
  it('is folded by the aggregate of its folder', async () => {
    const order = await withOrder();
    const after = await generate('event', 'order/order-placed', order);
    expect(added(order, after)).toEqual([
      '/src/order/order-placed/order-placed.event.spec.ts',
      '/src/order/order-placed/order-placed.event.ts',
    ]);
    const text = after.readText('/src/order/order.aggregate.ts');
    expect(text).toContain("import { OrderPlaced } from './order-placed/order-placed.event';");
    expect(text).toContain(`  @On(OrderPlaced) protected orderPlaced(): void {
    // Change the state, only by what the event says.
  }
}
`);
    expect(after.readText('/src/app.module.ts')).toBe(order.readText('/src/app.module.ts'));
  });

  it('is a message of the module where there is none', async () => {
    const first = await generate('event', 'letter-sent', projectOf(PROJECT), { flat: true });
    const after = await generate('event', 'letter-read', first, { flat: true });
    expect(after.readText('/src/letter-sent.event.ts')).toContain("@Event('letter-sent', { version: 1 })");
    expect(after.readText('/src/app.module.ts')).toContain('MinosModule.forFeature({ messages: [LetterSent, LetterRead] })');
  });
});

describe('projection', () => {
  it('reads the events of its folder', async () => {
    const order = await generate('event', 'order/order-placed', await withOrder());
    const after = await generate('projection', 'order/order-list', order);
    expect(after.readText('/src/order/order-list/order-list.row.ts')).toContain("@View<OrderListRow>('order_list')");
    const text = after.readText('/src/order/order-list/order-list.projection.ts');
    expect(text).toContain("@Projection('order-list', { version: 1, views: [OrderListRow] })");
    expect(text).toContain('orderCreated(_event: OrderCreated, context: ProjectionContext): void {');
    expect(text).toContain('orderPlaced(_event: OrderPlaced, context: ProjectionContext): void {');
    expect(after.readText('/src/app.module.ts')).toContain('providers: [OrderList],');
  });

  it('says that there is none to read', async () => {
    await expect(generate('projection', 'order/order-list', projectOf(PROJECT))).rejects.toMatchObject({
      code: 'PROJECTED_EVENTS_MISSING',
      message: expect.stringContaining('/src/order/order-list'),
    });
  });
});

describe('saga', () => {
  it('makes the saga, the commands of its steps with handlers, and a spec that runs it', async () => {
    const project = projectOf(SERVICE);
    const after = await generate('saga', 'order/checkout', project);
    const at = (file: string): string => `/src/order/checkout/checkout.${file}.ts`;
    expect(added(project, after)).toEqual([at('commands'), at('handlers'), at('saga.spec'), at('saga')]);
    expect(after.readText(at('commands'))).toContain(
      "@Command('checkout.begin', { owner: 'shop' })\nexport class BeginCheckout extends Command {",
    );
    expect(after.readText(at('saga'))).toContain(
      "@Saga('checkout', { version: 1 })\nexport class Checkout extends SagaDefinition<CheckoutState> {",
    );
    expect(after.readText(at('saga'))).toContain(".step('finish')\n    .local(({ id }) => new FinishCheckout(id))\n    .pivot()");
    expect(after.readText(at('saga.spec'))).toContain("MinosModule.forRoot({ service: 'shop' })");
    const module = after.readText('/src/app.module.ts');
    expect(module).toContain('MinosModule.forFeature({ sagas: [Checkout] })');
    expect(module).toContain('providers: [BeginCheckoutHandler, UndoCheckoutHandler, FinishCheckoutHandler],');
  });

  it('sends what another service owns, and handles none of it', async () => {
    const project = projectOf(SERVICE);
    const after = await generate('saga', 'refund', project, { owner: 'bank', nameOnWire: 'shop.refund' });
    expect(added(project, after)).toEqual([
      '/src/refund/refund.commands.ts',
      '/src/refund/refund.saga.spec.ts',
      '/src/refund/refund.saga.ts',
    ]);
    expect(after.readText('/src/refund/refund.commands.ts')).toContain("@Command('shop.refund.undo', { owner: 'bank' })");
    expect(after.readText('/src/refund/refund.saga.ts')).toContain(
      ".invoke(({ id }) => new BeginRefund(id))\n    .compensate(({ id }) => new UndoRefund(id))\n    .timeout('30s', 'compensate')",
    );
  });
});

describe('every generator', () => {
  it('changes nothing the second time', async () => {
    const kinds = [
      ['aggregate', 'order'],
      ['event', 'order/order-placed'],
      ['command', 'order/place-order'],
      ['command', 'send-reminder'],
      ['query', 'order/get-order'],
      ['projection', 'order/order-list'],
      ['saga', 'order/checkout'],
    ] as const;
    let tree = projectOf(SERVICE);
    for (const [kind, name] of kinds) tree = await generate(kind, name, tree);
    const contents = (of: UnitTestTree): [string, string][] => of.files.map((file) => [file, of.readText(file)]);
    const order = await withOrder();
    expect(contents(await generate('aggregate', 'order', order))).toEqual(contents(order));
    let again = tree;
    for (const [kind, name] of kinds.slice(1)) again = await generate(kind, name, again);
    expect(contents(again)).toEqual(contents(tree));
  });

  it('refuses to write over a file that says something else', async () => {
    const project = projectOf({ ...PROJECT, '/src/pay/pay.command.ts': '// mine' });
    await expect(generate('command', 'pay', project)).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      message: expect.stringContaining('/src/pay/pay.command.ts'),
    });
  });

  it.each([
    ['name', { name: 'order/9lives' }],
    ['name', { name: 'pay!' }],
    ['path', { name: '../../pay' }],
    ['nameOnWire', { name: 'pay', nameOnWire: '.pay' }],
    ['owner', { name: 'pay', owner: 'Shop!' }],
    ['aggregate', { name: 'pay', aggregate: '-' }],
  ])('refuses a wrong %s', async (option, options) => {
    await expect(schematics.run('command', options, projectOf(PROJECT))).rejects.toMatchObject({
      code: 'ELEMENT_NAME_INVALID',
      message: expect.stringContaining(`"${option}"`),
    });
  });

  it('takes what the CLI sends, the texts "undefined" too, and says what it does not know', async () => {
    const sent = {
      path: 'undefined',
      project: 'undefined',
      specFileSuffix: 'undefined',
      collection: '@minos/schematics',
      format: false,
      language: 'ts',
    };
    const after = await generate('command', 'pay', projectOf(PROJECT), { ...sent, onwer: 'shop' });
    expect(after.files).toContain('/src/pay/pay.handler.spec.ts');
    expect(schematics.log.join()).toContain('Unknown, and without effect: onwer.');
  });
});

describe('with Prettier', () => {
  const PRETTY = { ...PROJECT, '/package.json': '{ "name": "shop", "devDependencies": { "prettier": "3" } }' };
  const longNamed = 'tell-everybody-who-has-been-waiting-for-this-moment-since-the-shop-was-opened-by-its-first-owners-and-their-friends';

  it('formats what it makes, and a module that was formatted', async () => {
    const full = MODULE.replace('providers: []', `providers: [${'A, '.repeat(40)}B]`);
    const after = await generate('command', longNamed, projectOf({ ...PRETTY, '/src/app.module.ts': full }));
    expect(after.readText('/src/app.module.ts')).toContain(`    A,\n    B,\n    ${pascalOf(longNamed)}Handler,\n  ],`);
    const handler = after.readText(`/src/${longNamed}/${longNamed}.handler.ts`);
    expect(handler).toContain(`  execute({\n    id,\n  }: ${pascalOf(longNamed)}): Promise<{ id: string }> {`);
  });

  it('leaves a module that was not formatted as it is written', async () => {
    const odd = MODULE.replace('providers: [],', 'providers : [ A ],');
    const after = await generate('command', 'pay', projectOf({ ...PRETTY, '/src/app.module.ts': odd }));
    expect(after.readText('/src/app.module.ts')).toContain('providers : [ A, PayHandler ],');
  });
});

describe('the module', () => {
  const modules = { ...PROJECT, '/src/order/a.module.ts': MODULE, '/src/order/b.module.ts': MODULE };

  it('is the nearest, the one of the option, or none', async () => {
    const own = await generate('command', 'order/pay', projectOf({ ...PROJECT, '/src/order/order.module.ts': MODULE }));
    expect(own.readText('/src/order/order.module.ts')).toContain("import { PayHandler } from './pay/pay.handler';");
    expect(own.readText('/src/app.module.ts')).toBe(MODULE);
    const said = await generate('command', 'order/pay', projectOf(modules), { module: 'order/b' });
    expect(said.readText('/src/order/b.module.ts')).toContain('providers: [PayHandler],');
    const none = await generate('command', 'order/pay', projectOf(modules), { skipImport: true });
    expect(none.readText('/src/order/b.module.ts')).toBe(MODULE);
  });

  it('is named where it is missing, not clear or not readable', async () => {
    await expect(generate('command', 'pay', projectOf({}))).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect(generate('command', 'pay', projectOf(PROJECT), { module: 'no' })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect(generate('command', 'order/pay', projectOf(modules))).rejects.toMatchObject({ code: 'MODULE_AMBIGUOUS' });
    const constant = { ...PROJECT, '/src/app.module.ts': MODULE.replace('providers: []', 'providers: HANDLERS') };
    await expect(generate('command', 'pay', projectOf(constant))).rejects.toMatchObject({ code: 'MODULE_UNREADABLE' });
  });
});
