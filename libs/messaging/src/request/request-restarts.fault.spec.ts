import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { killAskers, RequestCluster, restartAll } from './request-restarts-kit.js';

jest.setTimeout(1_800_000);

const RESTARTS = 40;
const KILLS = 20;

function faults(kafka?: readonly string[]): void {
  let cluster: RequestCluster;
  beforeEach(async () => void (cluster = await RequestCluster.open(kafka)));
  afterEach(() => cluster.close());

  it(`answers every request of processes that are told to end, over ${RESTARTS} restarts of both sides`, async () => {
    const { openAtStop, unanswered, exits } = await restartAll(cluster, RESTARTS);
    expect(openAtStop).toBeGreaterThan(RESTARTS / 2);
    expect([unanswered, new Set(exits)]).toEqual([0, new Set([0])]);
    const verdict = await cluster.verdict();
    expect(verdict).toMatchObject({ failed: {}, doubled: 0, strange: 0, unstored: 0, answered: verdict.asked });
  });

  it(`gives the first reply to what is asked again after ${KILLS} kills of askers, and every effect once`, async () => {
    const { again, unanswered } = await killAskers(cluster, KILLS);
    expect(again).toBeGreaterThan(KILLS);
    expect(unanswered).toBe(0);
    expect(await cluster.verdict()).toMatchObject({ failed: {}, doubled: 0, strange: 0, unstored: 0 });
  });

  it('would lose replies if the inbox did not keep them', async () => {
    const { unanswered } = await killAskers(cluster, 3, 'no-reply');
    expect(unanswered).toBeGreaterThan(0);
    const { failed, doubled } = await cluster.verdict();
    expect(failed['REPLY_NOT_KEPT']).toBe(unanswered);
    expect(doubled).toBe(0);
  });

  it('would do things twice without marks', async () => {
    const { again } = await killAskers(cluster, 3, 'no-mark');
    expect(again).toBeGreaterThan(0);
    expect((await cluster.verdict()).doubled).toBeGreaterThan(0);
  });
}

describe('faults of processes that ask over PostgreSQL', () => faults());

withKafka('faults of processes that ask over Apache Kafka', (addresses) => {
  describe('faults of processes that ask over Apache Kafka', () => faults(addresses));
});
