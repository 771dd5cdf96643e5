import { consistencyMarks, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { EVENT_STORE, type EventStore, streamName } from '@minos/event-sourcing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, createTestingSystem } from '@minos/nest/testing';
import { Module, type Type } from '@nestjs/common';
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

const service = (name: string, providers: readonly Type[]): Type => {
  @Module({
    imports: [
      MinosModule.forRoot({ service: name }),
      MinosModule.forFeature({ aggregates: [Counter], messages: [CounterRaised, RaiseCounters, ReadCounter] }),
    ],
    providers: [...providers],
  })
  class Service {}
  return Service;
};
const COUNTING = service('counting', [RaiseCountersHandler, ReadCounterHandler, Counters]);

describe('reading what one has written', () => {
  it('is never older over 1,000 pairs of a command and a query, with a projection that is late', async () => {
    const { get, close } = await createTestingApp(COUNTING);
    const buses = { commands: get<CommandBus>(CommandBus), queries: get<QueryBus>(QueryBus) };
    expect(await staleAnswers(buses, { counters: 100, each: 10 })).toBe(0);
    await close();
  });

  it('control: is older without the token', async () => {
    const { get, close } = await createTestingApp(COUNTING);
    const buses = { commands: get<CommandBus>(CommandBus), queries: get<QueryBus>(QueryBus) };
    expect(await staleWithoutToken(buses, get<Counters>(Counters), { counters: 10, each: 10 })).toBe(100);
    await close();
  });

  it('works over services: the token comes with the reply, and goes with the query', async () => {
    const system = await createTestingSystem({ counting: COUNTING, front: service('front', []) });
    const { front, counting } = system.apps;
    counting.get(Counters).delay = 20;
    const buses = { commands: front.get<CommandBus>(CommandBus), queries: front.get<QueryBus>(QueryBus) };
    expect(await staleAnswers(buses, { counters: 10, each: 5 })).toBe(0);
    expect(await staleWithoutToken(buses, counting.get(Counters), { counters: 10, each: 5 })).toBe(50);
    await system.close();
  });

  it('ends with NOT_YET_CONSISTENT where the view does not get there in time, here and over services', async () => {
    const system = await createTestingSystem({ counting: COUNTING, front: service('front', []) });
    const { front, counting } = system.apps;
    let open = (): void => undefined;
    counting.get(Counters).gate = new Promise((resolve) => (open = resolve));
    const { token } = await front.get(CommandBus).execute(new RaiseCounters(['late']), { token: true });
    for (const app of [front, counting]) {
      const asked = app.get(QueryBus).execute(new ReadCounter('late'), { atLeast: token, within: '50ms' });
      await expect(asked).rejects.toMatchObject({ code: 'NOT_YET_CONSISTENT', details: { stream: 'counter-late', atLeast: 1 } });
    }
    open();
    expect(await front.get(QueryBus).execute(new ReadCounter('late'), { atLeast: token, within: '20s' })).toBe(1);
    await system.close();
  });
});

describe('a token', () => {
  it('tells of every stream that the command has changed, and of none where it changed nothing', async () => {
    const { get, close } = await createTestingApp(COUNTING);
    const [commands, unitOfWork] = [get<CommandBus>(CommandBus), get<UnitOfWork>(UNIT_OF_WORK)];
    const { result, token } = await commands.execute(new RaiseCounters(['a', 'b', 'a']), { token: true });
    expect(result).toBe(2);
    expect(consistencyMarks(token ?? '')).toEqual([
      { service: 'counting', stream: 'counter-a', version: 2 },
      { service: 'counting', stream: 'counter-b', version: 1 },
    ]);
    expect(await commands.execute(new RaiseCounters([]), { token: true })).toEqual({ result: 0, token: undefined });
    const inside = await unitOfWork.run(() => commands.execute(new RaiseCounters(['b']), { token: true }));
    expect(consistencyMarks(inside.token ?? '')).toEqual([{ service: 'counting', stream: 'counter-b', version: 2 }]);
    await close();
  });

  it('tells of what was appended to the store by hand', async () => {
    const { get, close } = await createTestingApp(COUNTING);
    const [commands, store] = [get<CommandBus>(CommandBus), get<EventStore>(EVENT_STORE)];
    const event = { type: 'counter.raised', schemaVersion: 1, data: { to: 7 } };
    const appending = (expectedVersion: 'any' | 'no-stream') => ({
      execute: async () => void (await store.append(streamName('counter', expectedVersion), [event], { expectedVersion })),
    });
    for (const expected of ['any', 'no-stream'] as const) {
      const { dispatch } = commands;
      const { token } = await dispatch.inUnitForToken(() => appending(expected).execute());
      expect(consistencyMarks(token ?? '')).toMatchObject([{ stream: `counter-${expected}`, version: 1 }]);
    }
    await close();
  });

  it('may be several, and is refused where it is none', async () => {
    const { get, close } = await createTestingApp(COUNTING);
    const [commands, queries] = [get<CommandBus>(CommandBus), get<QueryBus>(QueryBus)];
    const tokens = await Promise.all(
      ['a', 'b', 'b'].map(async (id) => (await commands.execute(new RaiseCounters([id]), { token: true })).token),
    );
    expect(await queries.execute(new ReadCounter('b'), { atLeast: [...tokens, undefined], within: '20s' })).toBe(2);
    const forged = queries.execute(new ReadCounter('b'), { atLeast: 'forged' });
    await expect(forged).rejects.toMatchObject({ code: 'CONSISTENCY_TOKEN_INVALID' });
    await close();
  });
});
