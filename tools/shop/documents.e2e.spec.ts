import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { RecordedNames } from '@minos/common';
import { channelsOf, Requests } from '@minos/messaging';
import type { Broker, StoredMessage } from '@minos/messaging/contracts';
import { BROKER } from '@minos/messaging/module';
import { ApiDocuments, type AsyncApiDocument, type AsyncApiMessage } from '@minos/nest/documents';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { ReleaseStock } from '@shop/contracts';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';
import { ProductModule } from '../../apps/product/src/product.module.js';
import { openAccount } from './open-account.js';
import { asyncApiFaults, openApiFaults, schemaFaults } from '../testing/api-document-faults.js';

const SERVICES = ['order', 'payment', 'product'] as const;
type Service = (typeof SERVICES)[number];

describe('the documents of order, payment and product', () => {
  let system: TestingSystem<Service>;
  const asyncApi = (service: Service): AsyncApiDocument => system.apps[service].get<ApiDocuments>(ApiDocuments).asyncApi();

  beforeAll(async () => {
    system = await createTestingSystem({ order: OrderModule, payment: PaymentModule, product: ProductModule });
  });

  afterAll(() => system.close());

  it.each(SERVICES)('fit the official schemas of AsyncAPI 3.0 and OpenAPI: %s', async (service) => {
    expect(asyncApiFaults(asyncApi(service))).toEqual([]);
    expect(await openApiFaults(system.apps[service].get<ApiDocuments>(ApiDocuments).openApi())).toEqual([]);
  });

  it.each(SERVICES)('have every name of minos.names.json: %s', (service) => {
    const names = JSON.parse(readFileSync(join(__dirname, `../../apps/${service}/minos.names.json`), 'utf8')) as RecordedNames;
    const document = asyncApi(service);
    const messages = Object.values(document.components.messages);
    const found = (kind: string): string[] => messages.filter((message) => message['x-minos']?.kind === kind).map(({ name }) => name);
    expect(found('command')).toEqual(expect.arrayContaining([...names.commands]));
    expect(found('query')).toEqual(expect.arrayContaining([...names.queries]));
    for (const [name, versions] of Object.entries(names.events))
      for (const version of versions) expect(Object.keys(document.components.messages)).toContain(`${name}.v${version}`);
    expect(document['x-minos-names']).toEqual(names);
  });

  it('say of both sides of an exchange the same', () => {
    const [order, product] = [asyncApi('order'), asyncApi('product')];
    const [sent] = Object.values(order.operations).filter(({ action, messages = [] }) => action === 'send' && messages.some(isReserve));
    expect(sent).toMatchObject({ channel: { $ref: '#/channels/product.commands' } });
    expect(product.operations['receive.stock.reserve']).toMatchObject({
      action: 'receive',
      channel: { $ref: '#/channels/product.commands' },
    });
    expect(order.channels['product.commands']?.address).toBe(product.channels['product.commands']?.address);
    expect(order.components.schemas['stock.reserve.v1']).toEqual(product.components.schemas['stock.reserve.v1']);
  });

  it('describe the messages as they are on the wire', async () => {
    const { order, product } = system.apps;
    await product.http.post('/products', { sku: 'mug', title: 'Mug', price: 1250, onHand: 10 });
    await system.settled();
    const accountId = await openAccount(system.apps.payment.http, 1_000_000);
    const lines = (quantity: number) => ({ accountId, lines: [{ sku: 'mug', quantity }] });
    await order.http.post('/orders', lines(2));
    await order.http.post('/orders', lines(50));
    await order.get<Requests>(Requests).ask(new ReleaseStock(randomUUID()));
    await system.settled();
    const names = SERVICES.map(channelsOf).flatMap(({ events, commands, answers }) => [events, commands, answers]);
    const stored = await storedIn(order.get<Broker>(BROKER), [...names, channelsOf('order').replies, channelsOf('order').sagas]);
    expect(stored.map(({ channel }) => channel)).toContain('order.replies');
    const types = new Set(stored.map(({ headers }) => headers['ce_type']));
    expect([...types]).toEqual(
      expect.arrayContaining([
        'order.placed',
        'order.priced',
        'order.confirmed',
        'order.rejected',
        'product.created',
        'stock.reserve',
        'stock.sell',
        'minos.result',
        'minos.rejection',
      ]),
    );
    expect(stored.flatMap((message) => SERVICES.flatMap((service) => faultsOf(message, asyncApi(service))))).toEqual([]);
    // The check is one: a message that lacks what is documented, or has what is not, is seen.
    const [first] = stored as [StoredMessage];
    const { ce_time: _, ...lacking } = first.headers;
    expect(faultsOf({ ...first, headers: lacking }, asyncApi('order')).join()).toContain('ce_time');
    expect(faultsOf({ ...first, headers: { ...first.headers, ce_secret: 'x' } }, asyncApi('order')).join()).toContain('ce_secret');
  });
});

const isReserve = ({ $ref }: { readonly $ref: string }): boolean => $ref.endsWith('/stock.reserve.v1');

/** What a document of either side says wrong about a message; nothing where the channel or the message is none of its business. */
function faultsOf({ channel, headers, body }: StoredMessage, document: AsyncApiDocument): string[] {
  const known = document.channels[channel];
  if (known === undefined) return [];
  const type = headers['ce_type'] ?? '';
  const keys = Object.keys(known.messages).filter((key) => document.components.messages[key]?.name === type);
  if (keys.length === 0) return known.address === `${type.split('.')[0]}.events` ? [`${type} is missing on ${channel}`] : [];
  return keys.flatMap((key) => {
    const message = document.components.messages[key] as AsyncApiMessage;
    const documented = headersOf(message, document);
    return [
      ...Object.keys(headers).flatMap((name) => (documented.has(name) ? [] : [`${type}: the header ${name} is not documented`])),
      ...schemaFaults(document, message.headers, headers).map((fault) => `${type}: headers ${fault}`),
      ...schemaFaults(document, message.payload, JSON.parse(Buffer.from(body).toString())).map((fault) => `${type}: data ${fault}`),
    ];
  });
}

function headersOf({ headers }: AsyncApiMessage, { components }: AsyncApiDocument): ReadonlySet<string> {
  const shared = (headers['allOf'] as { $ref: string }[]).map(({ $ref }) => components.schemas[$ref.split('/').pop() ?? '']);
  return new Set([headers, ...shared].flatMap((schema) => Object.keys((schema?.['properties'] as object | undefined) ?? {})));
}

/** Everything that the channels hold. */
async function storedIn(broker: Broker, channels: readonly string[]): Promise<StoredMessage[]> {
  const stored: StoredMessage[] = [];
  for (const channel of channels) {
    for (const { partition, earliest, next } of (await broker.describe(channel)).partitions) {
      if (earliest === next) continue;
      await new Promise<void>((resolve, reject) => {
        const messages = async (given: readonly StoredMessage[]): Promise<void> => {
          stored.push(...given);
          if ((given.at(-1)?.offset ?? 0n) >= next - 1n) resolve();
        };
        broker.follow({ partition: { channel, partition }, from: 'beginning', messages }).catch(reject);
      });
    }
  }
  return stored;
}
