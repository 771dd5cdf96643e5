import { isMetricSource, OutcomeUnknownError } from '@minos/common';
import { until, VirtualClock } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { type LoggerService, Module } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import type { SagaStore } from '../contracts/saga-store.js';
import type { SagaRunnerStatus } from '../engine/saga-runner.js';
import { SAGA_STORE } from '../module/tokens.js';
import { anInstance } from '../testing/saga-store-scene.js';
import { BurnLetterHandler, Letter, Office, PostLetterHandler, WriteLetterHandler } from './saga-health-kit.js';
import { SagaStatistics } from './saga-statistics.js';
import { SagaTally } from './saga-tally.js';
import { SagaWatch } from './saga-watch.js';
import { SagasProbe } from './sagas.probe.js';

const IN_TIME: SagaRunnerStatus = { running: 3, compensating: 1, parked: 0, overdueSeconds: 0, active: true, stalled: false };
const SECOND = 1_000;

describe('what is known of sagas', () => {
  const clock = new VirtualClock();
  let status: () => Promise<SagaRunnerStatus>;
  let counts: SagaStore['counts'];
  let watch: SagaWatch;
  let told: number[];

  beforeEach(() => {
    [status, counts, told] = [async () => IN_TIME, async () => [], []];
    const onKnown = ({ parked }: SagaRunnerStatus): void => void told.push(parked);
    watch = new SagaWatch({ runner: { status: () => status() }, store: { counts: () => counts() }, clock, onKnown });
  });
  afterEach(() => watch.stop());

  const check = () => new SagasProbe(watch).check();
  const begun = async (): Promise<void> => {
    watch.start();
    await clock.advance(SECOND);
  };

  it('is up where there are no sagas, and before anything is known', async () => {
    expect([new SagasProbe().check(), check()]).toEqual([{ status: 'up' }, { status: 'up' }]);
    status = () => new Promise(() => undefined);
    await begun();
    expect(check()).toEqual({ status: 'up' });
  });

  it('is up while what is due is done, and shows who waits for an operator', async () => {
    await begun();
    expect(check()).toEqual({ status: 'up', details: { running: 3, compensating: 1, parked: 0, overdueSeconds: 0 } });
    status = async () => ({ ...IN_TIME, parked: 2 });
    await clock.advance(6 * SECOND);
    expect(check()).toMatchObject({
      status: 'up',
      details: { parked: 2, warning: '2 instances wait for an operator: npx minos sagas list --status parked' },
    });
    expect(told).toEqual([0]);
  });

  it('is down where something is due for long, with the code of the reason, or nothing looks', async () => {
    status = async () => ({ ...IN_TIME, overdueSeconds: 61.2, stalled: true, error: new OutcomeUnknownError('at 10.0.0.7') });
    await begun();
    expect(check()).toMatchObject({ status: 'down', details: { fault: 'an instance has been due for 61 s (OUTCOME_UNKNOWN)' } });
    status = async () => ({ ...IN_TIME, active: false });
    await clock.advance(6 * SECOND);
    expect(check()).toMatchObject({ status: 'down', details: { fault: 'nothing looks for what is due: it is stopped' } });
  });

  it.each([
    ['refuses', () => Promise.reject(new TypeError('secret'))],
    ['says nothing', () => new Promise<never>(() => undefined)],
  ])('is down where the storage %s for long, and up again once it answers', async (_, silence) => {
    await begun();
    status = silence;
    await clock.advance(15 * SECOND);
    expect(check().status).toBe('up');
    await clock.advance(15 * SECOND);
    expect(check()).toMatchObject({ status: 'down', details: { fault: expect.stringContaining('has not said what is due') } });
    expect(JSON.stringify(check())).not.toContain('secret');
    await watch.stop();
    status = async () => IN_TIME;
    await begun();
    expect(check().status).toBe('up');
  });

  it('is asked at a low rate', async () => {
    let asked = 0;
    let countings = 0;
    status = async () => ((asked += 1), IN_TIME);
    counts = async () => ((countings += 1), []);
    await begun();
    await clock.advance(59 * SECOND);
    expect([asked, countings]).toEqual([13, 5]);
    await watch.stop();
    await clock.advance(60 * SECOND);
    expect([asked, countings]).toEqual([13, 5]);
  });

  it('is metrics, without what the store has not said', async () => {
    const statistics = new SagaStatistics(watch, new SagaTally(() => clock.now()), () => ['checkout', 'refund']);
    const read = (name: string) => statistics.read(name).map(({ labels, value }) => [...Object.values(labels), value].join(' '));
    expect([read('minos_saga_instances'), read('minos_saga_overdue_seconds')]).toEqual([[], []]);
    expect(read('minos_saga_started_total')).toEqual(['checkout 0', 'refund 0']);
    counts = async () => [{ name: 'checkout', running: 5, compensating: 2, parked: 1, oldestSeconds: 40 }];
    status = async () => ({ ...IN_TIME, overdueSeconds: 7 });
    await begun();
    expect(read('minos_saga_instances')).toEqual([
      'checkout running 5',
      'checkout compensating 2',
      'checkout parked 1',
      'refund running 0',
      'refund compensating 0',
      'refund parked 0',
    ]);
    expect([read('minos_saga_oldest_seconds'), read('minos_saga_overdue_seconds')]).toEqual([['checkout 40', 'refund 0'], ['7']]);
    counts = () => Promise.reject(new Error('away'));
    status = () => Promise.reject(new Error('away'));
    await clock.advance(20 * SECOND);
    expect([read('minos_saga_instances'), read('minos_saga_overdue_seconds'), read('nothing')]).toEqual([[], [], []]);
  });

  it('has the names that alerts are written for, and none where no saga is', () => {
    const namesOf = (sagas: string[]) =>
      new SagaStatistics(watch, new SagaTally(() => clock.now()), () => sagas).definitions.map(({ name }) =>
        name.replace('minos_saga_', ''),
      );
    const counters = ['started_total', 'completed_total', 'compensated_total', 'parked_total'];
    expect([isMetricSource(SagaStatistics), namesOf([])]).toEqual([true, []]);
    expect(namesOf(['checkout'])).toEqual(['instances', 'oldest_seconds', 'overdue_seconds', ...counters]);
  });
});

it('counts what becomes of instances, and how long they took', () => {
  const ended: string[] = [];
  const tally = new SagaTally(() => 9_500);
  tally.onEnded((saga, outcome, seconds) => ended.push(`${saga} ${outcome} ${seconds}`));
  const parked = { step: 'pay', reason: 'no', at: 1 };
  const fresh = { ...anInstance({ revision: 0 }), startedAt: 2_000 };
  tally.changed({ before: fresh, after: { ...fresh, revision: 1 } });
  tally.changed({ before: { ...fresh, revision: 1 }, after: { ...fresh, revision: 2, parked } });
  tally.changed({ before: { ...fresh, revision: 2, parked }, after: { ...fresh, revision: 3, parked } });
  tally.changed({ before: { ...fresh, revision: 3, parked }, after: { ...fresh, revision: 4, phase: 'compensating' } });
  tally.changed({ before: { ...fresh, revision: 4, phase: 'compensating' }, after: { ...fresh, revision: 5, phase: 'compensated' } });
  tally.changed({ before: anInstance({ revision: 0 }), after: anInstance({ phase: 'completed' }) });
  const totals = (['started', 'parked', 'completed', 'compensated'] as const).map((one) => tally.read(one).map(({ value }) => value));
  expect(totals).toEqual([[2], [1], [1], [1]]);
  expect(ended).toEqual(['checkout compensated 7.5']);
});

describe('an application with sagas', () => {
  @Module({
    imports: [MinosModule.forRoot({ service: 'office' }), MinosModule.forFeature({ sagas: [Letter] })],
    providers: [Office, WriteLetterHandler, BurnLetterHandler, PostLetterHandler],
  })
  class OfficeModule {}

  let app: TestingApp;
  const lines: string[] = [];
  const keep = (message: unknown): void => void lines.push(String(message));
  const logger: LoggerService = { log: keep, warn: keep, error: keep };

  beforeAll(async () => {
    app = await createTestingApp(OfficeModule, { logger });
  });
  afterAll(() => app.close());

  const statusOf = async (id: string) => (await app.get<SagaStore>(SAGA_STORE).summary(id))?.instance;
  const metric = async (text: string): Promise<boolean> => (await app.http.get<string>('/metrics')).body.includes(text);

  it('tells in the report of its start which sagas it runs', () => {
    expect(lines.join('\n')).toMatch(/ sagas +letter v2 \(Letter\) ← Sagas\.start\(\): write → post \(pivot\)\n/);
    expect(lines.join('\n')).toMatch(/ health .*sagas/);
  });

  it('logs once what waits for an operator, stays ready, and shows it in health and metrics', async () => {
    const sagas = app.get<Sagas>(Sagas);
    const [good, bad] = [await sagas.start(Letter, { letterId: 'good' }), await sagas.start(Letter, { letterId: 'unreadable' })];
    await until(async () => (await statusOf(good))?.phase === 'completed', 'the letter to be posted', 20_000);
    app.get<Office>(Office).postIsOpen = false;
    const returned = await sagas.start(Letter, { letterId: 'returned' });
    await until(async () => (await statusOf(bad))?.parked !== undefined, 'the letter to be parked', 20_000);
    await until(async () => (await statusOf(returned))?.phase === 'compensated', 'the letter to be burnt', 20_000);
    expect(lines.filter((line) => line.includes('waits for an operator'))).toEqual([
      `The saga letter ${bad} waits for an operator at its step write: tried 1 times, at last: no ink. Look at it: npx minos sagas show --id ${bad}`,
    ]);
    // Asks anew at once.
    const { watch } = app.get<SagaStatistics>(SagaStatistics);
    await watch.stop();
    watch.start();
    await until(() => metric('minos_saga_instances{saga="letter",status="parked"} 1'), 'the count', 20_000);
    for (const occasion of ['started_total{saga="letter"} 3', 'completed_total{saga="letter"} 1'])
      expect([occasion, await metric(`minos_saga_${occasion}`)]).toEqual([occasion, true]);
    expect(await metric('minos_saga_duration_seconds_count{saga="letter",outcome="compensated"} 1')).toBe(true);
    // Of messaging, which marks its figures as sagas do.
    expect(await metric('# TYPE minos_consumer_handled_total counter')).toBe(true);
    const { status, body } = await app.http.get<{ info: Record<string, object> }>('/health/ready');
    expect([status, body.info['sagas']]).toMatchObject([200, { status: 'up', parked: 1, warning: expect.stringContaining('an instance') }]);
  });
});
