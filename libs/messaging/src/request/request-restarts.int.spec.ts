import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { killAskers, RequestCluster, restartAll } from './request-restarts-kit.js';

jest.setTimeout(600_000);

// Each fault once; `request-restarts.fault.spec.ts` has the full counts.
function faultsOnce(kafka?: readonly string[]): void {
  let cluster: RequestCluster;
  beforeEach(async () => void (cluster = await RequestCluster.open(kafka)));
  afterEach(() => cluster.close());

  it('every request of a process that is told to end is answered, while both sides are replaced', async () => {
    const { openAtStop, unanswered, exits } = await restartAll(cluster, 4);
    expect(openAtStop).toBeGreaterThan(0);
    expect([unanswered, new Set(exits)]).toEqual([0, new Set([0])]);
    const verdict = await cluster.verdict();
    expect(verdict).toMatchObject({ failed: {}, doubled: 0, strange: 0, unstored: 0, answered: verdict.asked });
  });

  it('what a killed process asked gets the first reply when it is asked again, and has one effect', async () => {
    const { again, unanswered } = await killAskers(cluster, 1);
    expect(again).toBeGreaterThan(0);
    expect(unanswered).toBe(0);
    expect(await cluster.verdict()).toMatchObject({ failed: {}, doubled: 0, strange: 0, unstored: 0 });
  });
}

describe('processes that ask over PostgreSQL', () => faultsOnce());

withKafka('processes that ask over Apache Kafka', (addresses) => {
  describe('processes that ask over Apache Kafka', () => faultsOnce(addresses));
});
