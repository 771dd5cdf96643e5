import { Command } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';

@Command('oven.heat', { owner: 'bakery', key: 'loaf' })
class HeatOven extends Command {
  constructor(readonly loaf: number) {
    super();
  }
}

@Saga('baking', { version: 1 })
class Baking extends SagaDefinition<{ readonly loaf: number }> {
  readonly plan = saga<{ readonly loaf: number }>()
    .step('heat')
    .invoke(({ loaf }) => new HeatOven(loaf))
    .timeout('1h', 'compensate')
    .noCompensation()
    .build();
}

@Module({ imports: [MinosModule.forRoot({ service: 'home' }), MinosModule.forFeature({ messages: [HeatOven], sagas: [Baking] })] })
class HomeModule {}

const COUNT = 1_000;
/** As if two hours had passed while nothing ran. */
const PASS = `
update minos.sagas set wake_at = wake_at - interval '2 hours',
  data = regexp_replace(data::text, '"(dueAt|wakeAt)":(\\d+)', '"\\1":1', 'g')::json`;
const FIRED = `
select count(*)::int as fired, count(distinct saga_id)::int as sagas, extract(epoch from max(at) - min(at))::float8 as within
  from minos.saga_journal where kind = 'timed-out'`;

describe('timers that become due while nothing runs', () => {
  let home: TestDatabase;
  let broker: TestDatabase;
  let database: Database;
  const apps: TestingApp[] = [];
  beforeAll(async () => {
    [home, broker] = [await createTestDatabase(), await createTestDatabase()];
    database = new Database({ connectionString: home.url, max: 2 });
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await database.close();
    await Promise.all([home.drop(), broker.drop()]);
  });
  const start = async (): Promise<TestingApp> => {
    const messaging = { broker: { kind: 'postgres', url: broker.url } } as const;
    const app = await createTestingApp(HomeModule, { storage: 'postgres', database: { url: home.url }, messaging });
    apps.push(app);
    return app;
  };
  const fired = async () => (await database.query<{ fired: number; sagas: number; within: number }>(FIRED)).rows[0];
  const waiting = async (): Promise<number> =>
    (await database.query<{ count: number }>(`select count(*)::int as count from minos.sagas where revision >= 2 and wake_at is not null`))
      .rows[0]?.count ?? 0;

  it('fire once each, soon after the start, over several instances too', async () => {
    const first = await start();
    const sagas = first.get<Sagas>(Sagas);
    await Promise.all(Array.from({ length: COUNT }, (_, loaf) => sagas.start(Baking, { loaf }, { key: `${loaf}` })));
    await until(async () => (await waiting()) === COUNT, 'all to wait for the oven', 120_000);
    await first.close();
    await database.query(PASS);
    const began = performance.now();
    await Promise.all([start(), start()]);
    const started = performance.now();
    await until(async () => ((await fired())?.sagas ?? 0) === COUNT, 'all timers to fire', 120_000);
    const report = { bootMs: Math.round(started - began), afterStartMs: Math.round(performance.now() - started), ...(await fired()) };
    process.stdout.write(`timers ${JSON.stringify(report)}\n`);
    const ended = async (): Promise<boolean> =>
      (await database.query(`select 1 from minos.sagas where status <> 'compensated' limit 1`)).rowCount === 0;
    await until(ended, 'all to end', 120_000);
    expect(await fired()).toMatchObject({ fired: COUNT, sagas: COUNT });
  });
});
