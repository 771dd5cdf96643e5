import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { NOTHING_WRONG, report } from './fault-report.js';
import { consumerZombies, relayZombies } from './zombie-faults.js';

jest.setTimeout(400_000);

describe('processes that stand still for longer than their leases', () => {
  it('do nothing twice when they go on: consumers on PostgreSQL', async () => {
    let fenced = 0;
    // One that hears of its lost session first gives up what it has in hand, and meets no fence.
    for (let tries = 0; tries < 6 && fenced === 0; tries++) {
      const verdict = await consumerZombies({ rounds: 1 });
      report('a consumer stopped past its session on PostgreSQL', verdict);
      expect(verdict).toMatchObject({ ...NOTHING_WRONG, zombies: 1, sent: 200 * verdict.bursts });
      fenced += verdict.fenced;
    }
    expect(fenced).toBeGreaterThan(0);
  });

  it('control: without the fence they do', async () => {
    let doubled = 0;
    for (let tries = 0; tries < 6 && doubled === 0; tries++) {
      const verdict = await consumerZombies({ rounds: 1, consume: { noFence: true } });
      report('a consumer stopped past its session without a fence', verdict);
      doubled += verdict.doubled;
    }
    expect(doubled).toBeGreaterThan(0);
  });

  it('do nothing twice when they go on: one of four relays', async () => {
    const verdict = await relayZombies({ pauses: 2 });
    report('2 pauses of relays', verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, pauses: 2 });
  });

  withKafka('zombies over Apache Kafka', ([broker = '']) => {
    it('do nothing twice when they go on: consumers on Apache Kafka', async () => {
      const verdict = await consumerZombies({ rounds: 1, broker: { kind: 'kafka', brokers: [broker] } });
      report('a consumer stopped past its session on Apache Kafka', verdict);
      expect(verdict).toMatchObject({ ...NOTHING_WRONG, zombies: 1, sent: 200 * verdict.bursts });
    });
  });
});
