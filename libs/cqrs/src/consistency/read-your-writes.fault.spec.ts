import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
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
    MinosModule.forRoot({ service: 'counting' }),
    MinosModule.forFeature({ aggregates: [Counter], messages: [CounterRaised, RaiseCounters, ReadCounter] }),
  ],
  providers: [RaiseCountersHandler, ReadCounterHandler, Counters],
})
class Counting {}

it('reads what it has written over 10,000 pairs of a command and a query; control: without the token it does not', async () => {
  const { get, close } = await createTestingApp(Counting);
  try {
    const buses = { commands: get<CommandBus>(CommandBus), queries: get<QueryBus>(QueryBus) };
    expect(await staleAnswers(buses, { counters: 200, each: 50 })).toBe(0);
    expect(await staleWithoutToken(buses, get<Counters>(Counters), { counters: 10, each: 10 })).toBe(100);
  } finally {
    await close();
  }
});
