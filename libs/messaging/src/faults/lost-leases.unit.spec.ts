import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7, type Leases, type Unit } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { CHANNEL, ConsumerWorld, effect } from '../consumer/consumer-kit.js';
import type { Broker } from '../contracts/broker.js';
import { PARTITION_FENCE } from '../contracts/inbox-store.js';
import type { MessageContext } from '../contracts/message-handler.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { FakeBroker, inversions } from '../relay/relay-kit.js';
import { report } from './fault-report.js';

const ROUNDS = 200;
const KEYS = ['a', 'b', 'c', 'd', 'e'];
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Lets every unit commit, whoever has the partition. */
function withoutFence(world: ConsumerWorld): void {
  const run = world.unitOfWork.run.bind(world.unitOfWork);
  world.unitOfWork.run = (work, options) =>
    run((unit) => {
      const enlist = unit.enlist.bind(unit);
      unit.enlist = ((change) => (change.kind === PARTITION_FENCE ? undefined : enlist(change))) as Unit['enlist'];
      return work(unit);
    }, options);
}

/**
 * Two consumers; in turn one is cut off from the broker while its handlers work for longer than its session. The other one does the work, the marks are purged, and
 * then the handlers end. Answers how often that happened, and how many effects too many there are.
 */
async function loseSessions(world: ConsumerWorld, rounds: number): Promise<{ readonly lost: number; readonly extra: number }> {
  await world.broker.ensureChannels([{ name: CHANNEL, partitions: 4 }]);
  const members = [0, 1].map(() => {
    const broker = new MemoryBroker({ log: world.log });
    const state = { slow: false, begun: 0, ended: 0 };
    const handle = async (message: { data: string }, { unit }: MessageContext): Promise<void> => {
      state.begun += 1;
      await world.clock.sleep(state.slow ? 3_000 : 10);
      state.ended += 1;
      unit.enlist(effect(message.data));
    };
    const consumer = world.consumer({ 'order.placed': handle }, { session: '1s', revokeGrace: '100ms' }, broker);
    return { broker, consumer, state };
  });
  let sent = 0;
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    const victim = members[round % 2];
    if (victim === undefined) break;
    await world.until(() => members.every(({ consumer }) => consumer.status().partitions.length === 2), 'both to have partitions');
    victim.state.slow = true;
    const { begun } = victim.state;
    await world.publish(...KEYS.map((key) => ({ key, data: `${key}-${round}` })));
    sent += KEYS.length;
    await world.until(() => victim.state.begun > begun, 'the victim to handle something');
    victim.broker.disconnect();
    await world.until(() => new Set(world.effects).size >= sent, 'the other one to do it all');
    await world.clock.advance(500);
    await world.inbox.purge(-1, 1_000_000);
    if (victim.state.begun > victim.state.ended) lost += 1;
    await world.until(() => victim.state.begun === victim.state.ended, 'the handlers of the victim to end');
    victim.state.slow = false;
    victim.broker.reconnect();
  }
  await world.close();
  await Promise.all(members.map(({ broker }) => broker.close()));
  return { lost, extra: world.effects.length - sent };
}

/** What a relay does while it stands still: it neither renews its leases nor gets through to the broker. */
class Standstill {
  private thawed: Promise<void> = Promise.resolve();
  private thaw: () => void = () => undefined;

  begin(): void {
    this.thawed = new Promise((resolve) => (this.thaw = resolve));
  }

  end(): void {
    this.thaw();
  }

  leases(inner: Leases): Leases {
    const waits = async <T>(call: () => Promise<T>): Promise<T> => {
      await this.thawed;
      return call();
    };
    return {
      acquire: (...args) => waits(() => inner.acquire(...args)),
      renew: (...args) => waits(() => inner.renew(...args)),
      release: (...args) => waits(() => inner.release(...args)),
      holders: (names) => waits(() => inner.holders(names)),
      fence: (lease) => inner.fence(lease),
    };
  }

  broker(inner: FakeBroker): Pick<Broker, 'publish'> {
    return {
      publish: async (messages) => {
        await this.thawed;
        return inner.publish(messages);
      },
    };
  }
}

describe('leases that are lost 200 times', () => {
  it('have no second effect: consumers whose handlers go on behind their session', async () => {
    const found = await loseSessions(new ConsumerWorld(), ROUNDS);
    report('sessions lost on the virtual clock', found);
    expect(found).toEqual({ lost: ROUNDS, extra: 0 });
  });

  it('control: without the fence they have', async () => {
    const world = new ConsumerWorld();
    withoutFence(world);
    const found = await loseSessions(world, 10);
    report('sessions lost without a fence', found);
    expect(found.extra).toBeGreaterThan(5);
  });

  it('publish again at the most, in order: relays that stand still for longer than their lease', async () => {
    const clock = new VirtualClock();
    const memory = new MemoryLeases(clock);
    const store = new MemoryOutboxStore(clock, memory);
    const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock, newId: uuidv7 });
    const outbox = new Outbox({ source: 'order', clock });
    const broker = new FakeBroker();
    const stills = [new Standstill(), new Standstill()];
    const relays = stills.map((still) => {
      const ports = { store, broker: still.broker(broker), leases: still.leases(memory), clock };
      return new OutboxRelay(ports, { lease: '1s' });
    });
    for (const relay of relays) relay.start();
    await clock.advance(5_000);
    let n = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const still = stills[round % 2];
      still?.begin();
      for (let times = 0; times < 3; times += 1, n += 1) {
        await unitOfWork.run((unit) => {
          for (const key of KEYS) outbox.enlist(unit, { channel: 'stock', key, type: 'test.sent', data: { n } });
        });
        await clock.advance(1_000);
      }
      await clock.advance(1_000);
      still?.end();
      await clock.advance(3_000);
    }
    report('leases of relays lost on the virtual clock', { rounds: ROUNDS, published: broker.published.length, sent: n * KEYS.length });
    expect(broker.published.length).toBeGreaterThan(n * KEYS.length + ROUNDS);
    expect(broker.firsts()).toHaveLength(n * KEYS.length);
    expect(inversions(broker.firsts())).toBe(0);
    expect((await store.progress()).unsent).toBe(0);
    const stopped = Promise.all(relays.map((relay) => relay.stop()));
    await clock.advance(3_000);
    await stopped;
  });
});

describe('messages that come again a day later', () => {
  const again = async (marksAgeMs: number): Promise<number> => {
    const world = new ConsumerWorld();
    await world.broker.ensureChannels([{ name: CHANNEL, partitions: 4, retentionMs: 2 * DAY_MS }]);
    const consumer = world.consumer({ 'order.placed': (message: { data: string }, { unit }) => void unit.enlist(effect(message.data)) });
    const events = Array.from({ length: 100 }, (_, n) => ({ id: uuidv7(), key: KEYS[n % 5], data: String(n) }));
    await world.publish(...events);
    await world.until(() => world.effects.length === 100, 'the first effects');
    const stopped = consumer.stop();
    await world.clock.advance(DAY_MS);
    await stopped;
    consumer.start();
    await world.inbox.purge(marksAgeMs, 1_000);
    await world.publish(...events, { key: 'a', data: 'last' });
    await world.until(() => world.effects.includes('last'), 'all to be read');
    await world.clock.advance(1_000);
    const extra = world.effects.length - 101;
    await world.close();
    return extra;
  };

  it('have no second effect while marks are kept for longer than messages', async () => {
    expect(await again(3 * DAY_MS)).toBe(0);
  });

  it('control: they have where marks are purged earlier', async () => {
    expect(await again(DAY_MS / 2)).toBe(100);
  });
});
