import { VirtualClock } from '@minos/common/testing';
import type { Broker, BrokerMessage, StoredMessage } from '../contracts/broker.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { brokerContract } from './broker.contract.js';
import { message, stored, texts, textsByKey } from './broker-scene.js';
import { FaultyBroker, type FaultyBrokerOptions } from './faulty-broker.js';
import { GroupRecord } from './group-record.js';

const opened: { readonly faulty: FaultyBroker; readonly memory: MemoryBroker }[] = [];

brokerContract('FaultyBroker that reorders, drops and delays', () => {
  const log = new MemoryLog();
  return {
    tooLarge: 1_048_577,
    open: () => {
      const memory = new MemoryBroker({ log, retryMs: 5 });
      const faulty = new FaultyBroker(memory, { seed: opened.length, reorder: 0.5, drop: 0.3, delay: 0.3, longestDelayMs: 3 });
      opened.push({ faulty, memory });
      return faulty;
    },
    freeze: (broker) => {
      const memory = opened.find(({ faulty }) => faulty === broker)?.memory;
      memory?.disconnect();
      return () => memory?.reconnect();
    },
    close: async () => {
      const total = (fault: 'reorder' | 'drop' | 'delay'): number => opened.reduce((sum, { faulty }) => sum + faulty.faults()[fault], 0);
      for (const fault of ['reorder', 'drop', 'delay'] as const) expect(total(fault)).toBeGreaterThan(20);
    },
  };
});

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
const sent = Array.from({ length: 60 }, (_, n) => message('c', `key-${n % 5}`, String(n)));
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function under<T>(options: FaultyBrokerOptions, work: (faulty: FaultyBroker, memory: Broker) => Promise<T>): Promise<T> {
  const memory = new MemoryBroker();
  await memory.ensureChannels([{ name: 'c', partitions: 1 }]);
  const faulty = new FaultyBroker(memory, options);
  try {
    return await work(faulty, memory);
  } finally {
    await faulty.close();
  }
}

async function kept(memory: Broker): Promise<StoredMessage[]> {
  const found: StoredMessage[] = [];
  await memory.follow({
    partition: { channel: 'c', partition: 0 },
    from: 'beginning',
    messages: async (messages) => void found.push(...messages),
  });
  await settled();
  return found;
}

const firsts = (messages: readonly BrokerMessage[]): BrokerMessage[] =>
  messages.filter((entry, index) => messages.findIndex((other) => other.headers.n === entry.headers.n) === index);

describe('FaultyBroker', () => {
  it('changes nothing without probabilities', async () => {
    await under({ seed: 1 }, async (faulty, memory) => {
      await faulty.publish(sent);
      expect(texts(await kept(memory))).toEqual(texts(sent));
      expect(Object.values(faulty.faults())).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it.each(SEEDS)(
    'stores in another order, with the order for each key and the outcomes in the order of the call (seed %i)',
    async (seed) => {
      await under({ seed, reorder: 1 }, async (faulty, memory) => {
        const outcomes = (await faulty.publish(sent)).map(stored);
        const found = await kept(memory);
        expect(texts(found)).not.toEqual(texts(sent));
        expect(textsByKey(found)).toEqual(textsByKey(sent));
        expect(outcomes.map(({ offset }) => texts(found.filter((entry) => entry.offset === offset)))).toEqual(
          sent.map((one) => texts([one])),
        );
      });
    },
  );

  it.each(SEEDS)('stores some twice, the first of each in order (seed %i)', async (seed) => {
    await under({ seed, reorder: 0.5, duplicate: 0.3 }, async (faulty, memory) => {
      const outcomes = (await faulty.publish(sent)).map(stored);
      const found = await kept(memory);
      const { duplicate } = faulty.faults();
      expect(duplicate).toBeGreaterThan(0);
      expect(found).toHaveLength(sent.length + duplicate);
      expect(textsByKey(firsts(found))).toEqual(textsByKey(sent));
      expect(firsts(found).map((entry) => (entry as StoredMessage).offset)).toEqual(
        expect.arrayContaining(outcomes.map(({ offset }) => offset)),
      );
    });
  });

  it.each(SEEDS)('rejects calls before and after they are stored; who publishes again loses nothing (seed %i)', async (seed) => {
    await under({ seed, unavailable: 0.3, lostAnswer: 0.3 }, async (faulty, memory) => {
      let rejected = 0;
      for (let from = 0; from < sent.length; from += 4) {
        const batch = sent.slice(from, from + 4);
        const attempt = (): Promise<unknown> => faulty.publish(batch).catch((error: { code: string }) => (rejected++, error.code));
        while ((await attempt()) === 'BROKER_UNAVAILABLE');
      }
      const found = await kept(memory);
      const { unavailable, lostAnswer } = faulty.faults();
      expect(unavailable + lostAnswer).toBe(rejected);
      expect(found).toHaveLength(sent.length + 4 * lostAnswer);
      expect(textsByKey(firsts(found))).toEqual(textsByKey(sent));
    });
  });

  it('drops deliveries, which come again', async () => {
    const clock = new VirtualClock();
    const memory = new MemoryBroker({ clock });
    await memory.ensureChannels([{ name: 'c', partitions: 1 }]);
    const faulty = new FaultyBroker(memory, { seed: 3, drop: 0.5, delay: 0.5, clock });
    const record = new GroupRecord();
    await faulty.join({ group: 'g', member: 'm', channels: ['c'], batchSize: 2, listener: record.listener('m') });
    await memory.publish(sent);
    for (let step = 0; record.handled.length < sent.length && step < 1000; step++) await clock.advance(100);
    expect(texts(record.handled)).toEqual(texts(sent));
    expect(record.deliveries.every(({ outcome }) => outcome === 'handled')).toBe(true);
    expect(faulty.faults().drop).toBeGreaterThan(5);
    expect(faulty.faults().delay).toBeGreaterThan(5);
    expect(record.faults()).toEqual([]);
    await faulty.close();
  });

  it('gives the same faults for the same seed', async () => {
    const run = (seed: number): Promise<string[]> =>
      under({ seed, reorder: 0.5, duplicate: 0.2 }, async (faulty, memory) => {
        for (let from = 0; from < sent.length; from += 6) await faulty.publish(sent.slice(from, from + 6));
        return texts(await kept(memory));
      });
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  it('refuses probabilities that are none', () => {
    expect(() => new FaultyBroker(new MemoryBroker(), { seed: 1, drop: 1 })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});
