import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { scratchServer } from '../../../../tools/testing/scratch-server.js';
import { privateBroker } from '../../../../tools/kafka/private-broker.mjs';
import { NOTHING_WRONG, report } from './fault-report.js';
import { brokerOutage } from './outage-faults.js';

jest.setTimeout(400_000);

describe('a broker that is killed and comes back', () => {
  it('keeps nobody from accepting commands, and all arrive: PostgreSQL', async () => {
    const server = await scratchServer();
    try {
      const place = { kind: 'postgres', url: server.url } as const;
      const verdict = await brokerOutage({ place, kill: () => server.kill('SIGKILL'), start: () => server.start() }, 3_000);
      report('PostgreSQL away for 3 s', verdict);
      expect(verdict).toMatchObject({ ...NOTHING_WRONG, ended: 0, failed: 0 });
      expect(verdict.acceptedMeanwhile).toBeGreaterThan(100);
    } finally {
      await server.remove();
    }
  });

  withKafka('outage of Apache Kafka', () => {
    it('keeps nobody from accepting commands, and all arrive: Apache Kafka', async () => {
      const kafka = await privateBroker();
      try {
        const place = { kind: 'kafka', brokers: kafka.brokers } as const;
        const verdict = await brokerOutage({ place, kill: () => kafka.kill('SIGKILL'), start: () => kafka.start() }, 3_000);
        report('Apache Kafka away for 3 s', verdict);
        expect(verdict).toMatchObject({ ...NOTHING_WRONG, ended: 0, failed: 0 });
        expect(verdict.acceptedMeanwhile).toBeGreaterThan(100);
      } finally {
        await kafka.remove();
      }
    });
  });
});
