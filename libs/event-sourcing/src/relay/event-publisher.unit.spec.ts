import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import type { BrokerMessage, PublishOutcome } from '@minos/messaging/contracts';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';
import { Subscription } from '../subscription/subscription.js';
import type { RecordedEvent } from '../contracts/event-store.js';
import { eventMessage } from './event-message.js';
import { eventPublisher } from './event-publisher.js';

/** Takes everything, once `away` and `refuses` let it. */
class RecordingBroker {
  readonly stored: BrokerMessage[] = [];
  calls = 0;
  away = 0;
  refuses: string | undefined;

  async publish(messages: readonly BrokerMessage[]): Promise<PublishOutcome[]> {
    this.calls += 1;
    if (this.away > 0) {
      this.away -= 1;
      throw Object.assign(new Error('away'), { code: 'BROKER_UNAVAILABLE' });
    }
    return messages.map((message) => {
      if (message.headers['ce_type'] === this.refuses) return { refused: new Error('too large') };
      this.stored.push(message);
      return { channel: message.channel, partition: 0, offset: BigInt(this.stored.length) };
    });
  }
}

function setUp() {
  const minos = createMemoryEventSourcing();
  const broker = new RecordingBroker();
  const options = eventPublisher({ broker, channel: 'order.events', source: 'order' });
  const subscription = (): Subscription =>
    new Subscription({ ...options, retry: { attempts: 2, first: 1, longest: 2 } }, { ...minos, clock: new SystemClock() });
  const append = (id: string, type: string, version: number) =>
    minos.store.append(streamName('order', id), [{ type, schemaVersion: 2, data: { id }, metadata: { correlationId: 'c-1' } }], {
      expectedVersion: version === 1 ? 'no-stream' : version - 1,
    });
  return { minos, broker, subscription, append };
}

it('takes along the claims of the principal that an event was recorded for', () => {
  const event = {
    id: 'e',
    type: 'order.placed',
    stream: 'order-1',
    version: 1,
    recordedAt: new Date(0),
    tenant: '',
    schemaVersion: 1,
    data: {},
  };
  const headersOf = (metadata: object) =>
    eventMessage({ ...event, metadata } as unknown as RecordedEvent, { channel: 'order.events', source: 'order' }).headers;
  expect(headersOf({ principal: { subject: 'ann', roles: [] } })['ce_claims']).toBe('{"subject":"ann","roles":[]}');
  expect(headersOf({ principal: null })).not.toHaveProperty('ce_claims');
  expect(headersOf({})).not.toHaveProperty('ce_claims');
});

it('publishes every event once, by stream and version, with the attributes that consumers need', async () => {
  const { minos, broker, subscription, append } = setUp();
  await append('1', 'order.placed', 1);
  await append('2', 'order.placed', 1);
  await append('1', 'order.confirmed', 2);
  const publisher = subscription();
  publisher.start();
  await until(() => broker.stored.length === 3);
  await publisher.close();
  const [first, , third] = broker.stored;
  const [recorded] = await minos.store.read(streamName('order', '1'));
  expect(first).toMatchObject({ channel: 'order.events', key: 'order-1' });
  expect(JSON.parse(Buffer.from(first?.body ?? []).toString())).toEqual({ id: '1' });
  expect(first?.headers).toMatchObject({
    ce_id: recorded?.id,
    ce_source: 'order',
    ce_type: 'order.placed',
    ce_subject: 'order-1',
    ce_sequence: '1',
    ce_schemaversion: '2',
    ce_correlationid: 'c-1',
  });
  expect(third?.headers['ce_sequence']).toBe('2');
});

it('goes on behind what it has published, with one publish for many events', async () => {
  const { broker, subscription, append } = setUp();
  for (let order = 1; order <= 20; order++) await append(String(order), 'order.placed', 1);
  const first = subscription();
  first.start();
  await until(() => broker.stored.length === 20);
  await first.close();
  expect(broker.calls).toBe(1);
  await append('21', 'order.placed', 1);
  const second = subscription();
  second.start();
  await until(() => broker.stored.length === 21);
  await second.close();
});

it('waits for a broker that is away, however often it fails, and loses nothing', async () => {
  const { broker, subscription, append } = setUp();
  broker.away = 7;
  await append('1', 'order.placed', 1);
  const publisher = subscription();
  publisher.start();
  await until(() => broker.stored.length === 1);
  expect((await publisher.progress()).state).not.toBe('failed');
  await publisher.close();
});

it('stops before an event that the broker refuses for ever, and says which', async () => {
  const { broker, subscription, append } = setUp();
  broker.refuses = 'order.big';
  await append('1', 'order.placed', 1);
  await append('2', 'order.big', 1);
  await append('3', 'order.placed', 1);
  const publisher = subscription();
  publisher.start();
  await until(() => publisher.state === 'failed');
  const { failedEvent, error } = await publisher.progress();
  expect(failedEvent?.type).toBe('order.big');
  expect((error as Error).cause).toMatchObject({ code: 'EVENT_UNPUBLISHABLE' });
  await publisher.close();
});
