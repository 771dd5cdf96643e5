import { Query, Rejection } from '@minos/common';
import { until, VirtualClock } from '@minos/common/testing';
import { Logger } from '@nestjs/common';
import { AsyncContext } from '@nestjs/cqrs';
import type { ExecuteOptions } from '../buses/execute-options.js';
import { runExecution } from '../buses/execution.js';
import type { QueryBus } from '../buses/query-bus.js';
import { compose } from './compose.js';
import type { Composed } from './composed.js';
import { type AskedFrom, Composer } from './composer.js';

class GetPage extends Query<Composed<{ part?: number }>> {}
class GetPart extends Query<number> {}
const plan = compose(GetPage, { within: '5s' })
  .part('part', { ask: () => new GetPart(), otherwise: 'omit' })
  .build();

const ASKING = '0190c8a0-0000-7000-8000-000000000001';

describe('Composer', () => {
  let clock: VirtualClock;
  let given: ExecuteOptions[];
  let answer: () => Promise<number>;
  let composer: Composer;
  let said: string[];

  beforeEach(() => {
    said = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void said.push(`warn ${text}`));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((text: string) => void said.push(`log ${text}`));
    clock = new VirtualClock();
    given = [];
    answer = async () => 7;
    const execute = (_query: object, options: ExecuteOptions): Promise<number> => (given.push(options), answer());
    composer = new Composer({ execute } as unknown as QueryBus, clock);
  });

  afterEach(() => jest.restoreAllMocks());

  /** As a request of another service comes, stored so many milliseconds ago. */
  const request = (budgetMs: number, age: number, signal = new AbortController().signal): AskedFrom => {
    const extensions = { replyto: 'gateway.replies', replykey: 'k', asking: ASKING, budget: String(budgetMs) };
    return { signal, envelope: { extensions }, stored: { appendedAt: clock.now() - age } } as unknown as AskedFrom;
  };

  it('gives the parts the time of the plan, or less where the query was executed with less, and its context', async () => {
    const query = new GetPage();
    const context = new AsyncContext();
    await composer.answer(plan, query);
    await runExecution(query, { timeout: '2s', context }, () => composer.answer(plan, query));
    await runExecution(query, { timeout: '1h' }, () => composer.answer(plan, query));
    // Those of another query do not count.
    await runExecution(new GetPage(), { timeout: '1ms' }, () => composer.answer(plan, query));
    expect(given).toEqual([
      { timeout: 5_000, detached: true },
      { timeout: 2_000, detached: true, context },
      { timeout: 5_000, detached: true },
      { timeout: 5_000, detached: true },
    ]);
  });

  it('leaves of the time of a request some for the way back', async () => {
    await composer.answer(plan, new GetPage(), request(2_000, 500));
    await composer.answer(plan, new GetPage(), request(60_000, 500));
    expect(given.map(({ timeout }) => timeout)).toEqual([1_200, 5_000]);
    const late = await composer.answer(plan, new GetPage(), request(2_000, 2_500));
    expect(late).toMatchObject({ parts: { part: 'omitted' }, reasons: { part: 'COMPOSITION_PART_LATE' } });
    expect(given).toHaveLength(2);
  });

  it('ends with the handling of the message', async () => {
    answer = () => new Promise(() => undefined);
    const over = new AbortController();
    const answered = composer.answer(plan, new GetPage(), request(2_000, 0, over.signal));
    await until(() => given.length === 1);
    over.abort(new Error('lost'));
    await expect(answered).rejects.toThrow('lost');
  });

  it('says once that a part is missing, and once that it is back; what is no fault is not said', async () => {
    const ask = (): Promise<unknown> => composer.answer(plan, new GetPage());
    answer = () => Promise.reject(new Rejection('part.none', 'There is none.'));
    await ask();
    answer = () => Promise.reject(new Error('down'));
    await ask();
    await ask();
    answer = async () => 7;
    await ask();
    await ask();
    expect(said).toEqual(["warn Part 'part' of GetPage is missing from answers: down", "log Part 'part' of GetPage is answered again."]);
  });
});
