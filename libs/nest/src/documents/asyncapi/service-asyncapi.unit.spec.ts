import { Command, Event, MessageRegistry, Query } from '@minos/common';
import type { MessagingSettings } from '@minos/messaging/module';
import { asyncApiFaults } from '../../../../../tools/testing/api-document-faults.js';
import type { AsyncApiDocument } from './asyncapi-document.js';
import { brokerFacts } from './broker-facts.js';
import { serviceAsyncApi } from './service-asyncapi.js';
import type { ServiceFacts } from './service-facts.js';

@Event('order.placed')
class OldPlaced {
  constructor(readonly orderId: string) {}
}
@Event('order.placed', { version: 2 })
class Placed {
  constructor(readonly orderId: string) {}
}
@Event('stock.reserved')
class Reserved {}
@Command('order.place', { owner: 'order' })
class Place extends Command {}
@Command('stock.reserve', { owner: 'product' })
class Reserve extends Command {}
@Query('product.get', { owner: 'product' })
class GetProduct extends Query {}
@Query('order.list')
class ListOrders extends Query {}

const registry = new MessageRegistry().register(OldPlaced, Placed, Reserved, Place, Reserve, GetProduct, ListOrders);

const CHANNELS = { partitions: 6, retention: 86_400_000 };
const KAFKA = {
  kind: 'kafka',
  namespace: 'staging',
  kafka: {
    brokers: ['one.example:9093', 'two.example:9093'],
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'order-user', password: 'hunter2' },
  },
} as unknown as MessagingSettings['broker'];
const POSTGRES = {
  kind: 'postgres',
  url: 'postgres://order-user:hunter2@db.example:6543/minos_broker?sslmode=require',
} as MessagingSettings['broker'];

function documentOver(broker: MessagingSettings['broker'], more: Partial<ServiceFacts> = {}): AsyncApiDocument {
  const facts: ServiceFacts = {
    service: 'order',
    messages: registry.all(),
    published: new Set(['order.placed']),
    consumers: [
      { consumer: 'order.commands', channels: ['order.commands'], types: ['order.place', '{"cmd":"sum"}'] },
      { consumer: 'order.answers', channels: ['order.answers'], types: ['stock.reserve'] },
      { consumer: 'order.watcher', channels: ['product.events'], types: ['stock.reserved'] },
    ],
    sagas: [],
    names: registry.names(),
    signed: true,
    broker: brokerFacts({ broker, channels: CHANNELS }),
    ...more,
  };
  return serviceAsyncApi(facts, { title: 'Orders', version: '2.1.0' }, {});
}

describe.each([
  ['kafka', KAFKA],
  ['postgres', POSTGRES],
  ['memory', { kind: 'memory' } as MessagingSettings['broker']],
])('over %s', (_, broker) => {
  const document = documentOver(broker);

  it('fits the official schema of AsyncAPI 3.0', () => {
    expect(asyncApiFaults(document)).toEqual([]);
  });

  it('names neither user nor password of the broker', () => {
    expect(JSON.stringify(document)).not.toMatch(/hunter2|order-user|sslmode/);
  });
});

it('fits without messaging, too: messages that stay in the process', () => {
  const { broker: _, ...rest } = { broker: undefined };
  const document = serviceAsyncApi(
    {
      service: 'order',
      messages: registry.all(),
      published: new Set(),
      consumers: [],
      sagas: [],
      names: registry.names(),
      signed: false,
      ...rest,
    },
    { title: 'Orders', version: '1.0.0' },
    {},
  );
  expect(asyncApiFaults(document)).toEqual([]);
  expect(document.operations).toEqual({});
  expect(document.components.messages['order.list.v1']?.description).toMatch(/stays in the process/);
});

it('a fault is seen: the check is against the real schema', () => {
  const document = documentOver(KAFKA);
  expect(asyncApiFaults({ ...document, asyncapi: '9.9.9' })).not.toEqual([]);
  expect(asyncApiFaults({ ...document, operations: { broken: { action: 'shout', channel: { $ref: '#/channels/nowhere' } } } })).toEqual(
    expect.arrayContaining([expect.stringContaining('/operations/broken'), '#/channels/nowhere leads nowhere']),
  );
});

it('says how Kafka is reached, and what its topics, keys and groups are', () => {
  const document = documentOver(KAFKA);
  expect(document.servers).toEqual({
    'kafka-1': { host: 'one.example:9093', protocol: 'kafka-secure', description: 'Apache Kafka.', security: [{ type: 'scramSha512' }] },
    'kafka-2': { host: 'two.example:9093', protocol: 'kafka-secure', description: 'Apache Kafka.', security: [{ type: 'scramSha512' }] },
  });
  expect(document.channels['order.events']).toMatchObject({
    address: 'staging.order.events',
    bindings: { kafka: { topic: 'staging.order.events', partitions: 6, topicConfiguration: { 'retention.ms': 86_400_000 } } },
  });
  expect(document.channels['product.commands']?.bindings).toEqual({
    kafka: { topic: 'staging.product.commands', bindingVersion: '0.5.0' },
  });
  expect(document.operations['consume.order.watcher']?.bindings).toMatchObject({ kafka: { groupId: { enum: ['staging.order.watcher'] } } });
  expect(document.components.messages['order.placed.v2']?.bindings).toMatchObject({ kafka: { key: { type: 'string' } } });
});

it('says where PostgreSQL is', () => {
  expect(documentOver(POSTGRES).servers['postgres']).toMatchObject({
    host: 'db.example:6543',
    pathname: '/minos_broker',
    protocol: 'postgres',
  });
});

describe('what the service does', () => {
  const document = documentOver(POSTGRES);
  const messagesOf = (operation: string): string[] =>
    (document.operations[operation]?.messages ?? []).map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1));

  it('publishes its own events in every version, and not those of others', () => {
    expect(document.operations['publish.order.events']).toMatchObject({ action: 'send', channel: { $ref: '#/channels/order.events' } });
    expect(messagesOf('publish.order.events')).toEqual(['order.placed.v1', 'order.placed.v2']);
    expect(document.components.messages['order.placed.v2']?.headers).toMatchObject({
      properties: { ce_type: { const: 'order.placed' }, ce_schemaversion: { const: '2' }, ce_source: { const: 'order' } },
    });
  });

  it('receives events of another service over the channel of that one', () => {
    expect(document.operations['consume.order.watcher']).toMatchObject({
      action: 'receive',
      channel: { $ref: '#/channels/product.events' },
    });
    expect(messagesOf('consume.order.watcher')).toEqual(['stock.reserved.v1']);
    expect(document.components.messages['stock.reserved.v1']?.headers['properties']).not.toHaveProperty('ce_source');
  });

  it('handles its commands, and answers where the sender says', () => {
    expect(document.operations['receive.order.place']).toMatchObject({
      action: 'receive',
      channel: { $ref: '#/channels/order.commands' },
      reply: { address: { location: '$message.header#/ce_replyto' }, channel: { $ref: '#/channels/replies' } },
    });
    expect(document.channels['replies']?.address).toBeNull();
  });

  it('sends commands that it has an answer handler for, and asks the rest', () => {
    expect(document.operations['send.stock.reserve']).toMatchObject({
      action: 'send',
      channel: { $ref: '#/channels/product.commands' },
      reply: { address: { location: '$message.header#/ce_answerto' }, channel: { $ref: '#/channels/order.answers' } },
    });
    expect(document.operations['send.product.get']).toMatchObject({
      reply: { address: { location: '$message.header#/ce_replyto' }, channel: { $ref: '#/channels/order.replies' } },
    });
  });

  it('keeps what has no owner off the channels', () => {
    expect(JSON.stringify(document.channels)).not.toContain('order.list');
    expect(document.components.messages['order.list.v1']?.description).toMatch(/stays in the process/);
  });

  it('describes what it handles by a pattern, without a class', () => {
    expect(document.operations['receive.__cmd___sum__']).toMatchObject({ title: 'Handles {"cmd":"sum"}' });
    expect(document.components.messages['__cmd___sum__']).toMatchObject({ name: '{"cmd":"sum"}', payload: {} });
  });
});

it('documents claims and seal where messages are signed, and only there', () => {
  const required = (document: AsyncApiDocument) => document.components.schemas['minos.event-headers']?.['required'];
  expect(required(documentOver(POSTGRES))).toEqual(expect.arrayContaining(['ce_principal', 'ce_seal']));
  expect(required(documentOver(POSTGRES, { signed: false }))).not.toContain('ce_seal');
});
