import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { NOTHING_WRONG, report } from './fault-report.js';
import { killUnderLoad } from './kill-faults.js';

jest.setTimeout(400_000);

describe('processes that are killed under load', () => {
  it('lose nothing, do nothing twice and keep the order of each key, on PostgreSQL', async () => {
    const verdict = await killUnderLoad({ kills: 6, everyMs: 300 });
    report('6 kills on PostgreSQL', verdict);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, kills: 6, killed: { producer: 2, relay: 2, consumer: 2 } });
    expect(verdict.sent).toBeGreaterThan(100);
  });

  it('control: without an inbox they do things twice', async () => {
    const verdict = await killUnderLoad({ kills: 6, everyMs: 300, consume: { noInbox: true }, doubles: true });
    report('6 kills without an inbox', verdict);
    expect(verdict.doubled).toBeGreaterThan(0);
  });

  it('control: a relay that forgets before it publishes loses messages', async () => {
    const verdict = await killUnderLoad({ kills: 6, everyMs: 300, relay: { forgetFirst: true }, loses: true });
    report('6 kills with a relay that forgets first', verdict);
    expect(verdict.lost).toBeGreaterThan(0);
  });

  withKafka('kills over Apache Kafka', ([broker = '']) => {
    it('lose nothing, do nothing twice and keep the order of each key, on Apache Kafka', async () => {
      const verdict = await killUnderLoad({ kills: 6, everyMs: 300, broker: { kind: 'kafka', brokers: [broker] } });
      report('6 kills on Apache Kafka', verdict);
      expect(verdict).toMatchObject({ ...NOTHING_WRONG, kills: 6 });
    });
  });
});
