import { privateBroker, type PrivateBroker } from '../../../../tools/kafka/private-broker.mjs';
import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { scratchServer } from '../../../../tools/testing/scratch-server.js';
import { producerEvolves, restoredDatabase, thriceAndShuffled } from './change-faults.js';
import { disturbedDrains } from './drain-faults.js';
import { orderlyEnds } from './end-faults.js';
import type { BrokerPlace } from './fault-config.js';
import { NOTHING_WRONG, report } from './fault-report.js';
import { killUnderLoad } from './kill-faults.js';
import { brokerOutage, type BrokerServer } from './outage-faults.js';
import { poisonKeys } from './poison-faults.js';
import { steadyLoad } from './size-faults.js';
import { consumerZombies, relayZombies } from './zombie-faults.js';

jest.setTimeout(900_000);

/** The faults that both brokers must stand, in full. `undefined` is a PostgreSQL database of the test server. */
function faultsOver(name: string, place: () => BrokerPlace | undefined, server: () => Promise<BrokerServer>): void {
  const broker = (): { readonly broker?: BrokerPlace } => {
    const given = place();
    return given === undefined ? {} : { broker: given };
  };

  it('60 kills, one a second', async () => {
    const verdict = await killUnderLoad({ kills: 60, ...broker() });
    report(`60 kills on ${name}`, verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, kills: 60, killed: { producer: 20, relay: 20, consumer: 20 } });
    expect(verdict.sent).toBeGreaterThan(1_000);
  });

  it('20 consumers stopped past their session', async () => {
    const verdict = await consumerZombies({ rounds: 20, ...broker() });
    report(`20 consumers stopped past their session on ${name}`, verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, zombies: 20, sent: 200 * verdict.bursts });
    expect(verdict.fenced).toBeGreaterThan(0);
  });

  it('the broker away for 30 s', async () => {
    const verdict = await brokerOutage(await server(), 30_000);
    report(`${name} away for 30 s`, verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, ended: 0, failed: 0 });
    expect(verdict.acceptedMeanwhile).toBeGreaterThan(1_000);
  });

  it('a poisonous key of each kind among 1,000', async () => {
    const found = await poisonKeys({ forMs: 5_000, ...broker() });
    report(`poisonous keys on ${name}`, found);
    expect(Object.keys(found.causes)).toHaveLength(5);
    expect(found.verdict).toMatchObject(NOTHING_WRONG);
  });

  it('a database restored to 60 s ago', async () => {
    const verdict = await restoredDatabase({ agoMs: 60_000, ...broker() });
    report(`a database restored to 60 s ago on ${name}`, verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.undone).toBeGreaterThan(1_000);
  });

  it('each message three times, shuffled across keys', async () => {
    const verdict = await thriceAndShuffled({ forMs: 10_000, ...broker() });
    report(`each message three times on ${name}`, verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.duplicates).toBeGreaterThanOrEqual(verdict.sent * 2);
  });

  it('20 times SIGTERM', async () => {
    const verdict = await orderlyEnds({ ends: 20, ...broker() });
    report(`20 times SIGTERM on ${name}`, verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, ends: 20, codes: [] });
  });

  it('four relays, stopped 20 times past their leases', async () => {
    const verdict = await relayZombies({ pauses: 20, ...broker() });
    report(`20 pauses of four relays on ${name}`, verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, pauses: 20 });
    expect(verdict.duplicates).toBeGreaterThan(0);
  });

  it('99 disturbed drains', async () => {
    const found = await disturbedDrains({ rounds: 99, ...broker() });
    report(`99 disturbed drains on ${name}`, found);
    expect(found).toMatchObject({ ...NOTHING_WRONG, parked: 0, during: { kill: 33, rebalance: 33, arrivals: 33 } });
  });

  it('a producer that evolves', async () => {
    const { before, after, ignored, parked } = await producerEvolves({ forMs: 15_000, ...broker() });
    report(`a producer that evolves on ${name}`, { before, after, ignored, parked });
    expect(parked).toBe(0);
    expect(after.lostKeys.filter((key) => !key.startsWith('new-'))).toEqual([]);
    expect(after).toMatchObject({ ...NOTHING_WRONG, lost: after.lost });
    expect(ignored).toBeGreaterThanOrEqual(after.lost);
    expect(after.slowestMs).toBeLessThan(before.slowestMs + 1_000);
  });
}

describe('messaging and faults over PostgreSQL, full counts', () => {
  const removals: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(removals.map((remove) => remove())));
  faultsOver(
    'PostgreSQL',
    () => undefined,
    async () => {
      const server = await scratchServer();
      removals.push(() => server.remove());
      return { place: { kind: 'postgres', url: server.url }, kill: () => server.kill('SIGKILL'), start: () => server.start() };
    },
  );

  it('sizes that do not grow, 500 messages a second', async () => {
    const { sizes, brokerAfterDrop, verdict } = await steadyLoad({ perSecond: 500, forMs: 25_000, rounds: 10, marksAgeMs: 10_000 });
    report('10 rounds of 25 s at 500/s', { sizes, brokerAfterDrop, verdict });
    expect(verdict).toMatchObject(NOTHING_WRONG);
    const [, , third] = sizes;
    const last = sizes.at(-1);
    expect(last?.outbox).toBeLessThanOrEqual((third?.outbox ?? 0) * 1.5);
    expect(last?.inbox).toBeLessThanOrEqual((third?.inbox ?? 0) * 1.5);
    expect(last?.positions).toBeLessThanOrEqual((third?.positions ?? 0) * 1.5);
    expect(last?.brokerLog).toBeLessThanOrEqual((third?.brokerLog ?? 0) * 1.5);
    expect(brokerAfterDrop).toBeLessThan((third?.brokerLog ?? 0) / 10);
  });
});

withKafka('messaging and faults over Apache Kafka, full counts', () => {
  describe('messaging and faults over Apache Kafka, full counts', () => {
    let kafka: PrivateBroker;
    beforeAll(async () => void (kafka = await privateBroker()));
    afterAll(() => kafka?.remove());
    const place = (): BrokerPlace => ({ kind: 'kafka', brokers: kafka.brokers });
    faultsOver('Apache Kafka', place, async () => ({ place: place(), kill: () => kafka.kill('SIGKILL'), start: () => kafka.start() }));
  });
});
