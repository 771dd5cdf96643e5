import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module } from '@nestjs/common';
import { CommandBus, QueryBus } from '../index.js';
import {
  Counter,
  CounterRaised,
  Counters,
  RaiseCounters,
  RaiseCountersHandler,
  ReadCounter,
  ReadCounterHandler,
  staleAnswers,
  staleWithoutToken,
} from './read-your-writes-kit.js';

@Module({
  imports: [
    MinosModule.forRoot({ service: 'counting', database: { name: 'counting' } }),
    MinosModule.forFeature({ aggregates: [Counter], messages: [CounterRaised, RaiseCounters, ReadCounter] }),
  ],
  providers: [RaiseCountersHandler, ReadCounterHandler, Counters],
})
class Counting {}

describe('reading what one has written, on PostgreSQL', () => {
  let database: TestDatabase;
  let app: TestingApp;

  beforeEach(async () => {
    database = await createTestDatabase();
    app = await createTestingApp(Counting, { storage: 'postgres', database: { url: database.url } });
  });
  afterEach(async () => {
    await app.close();
    await database.drop();
  });

  it('is never older with the token; control: it is without', async () => {
    const buses = { commands: app.get<CommandBus>(CommandBus), queries: app.get<QueryBus>(QueryBus) };
    expect(await staleAnswers(buses, { counters: 25, each: 20 })).toBe(0);
    expect(await staleWithoutToken(buses, app.get<Counters>(Counters), { counters: 25, each: 4 })).toBe(100);
  });
});
