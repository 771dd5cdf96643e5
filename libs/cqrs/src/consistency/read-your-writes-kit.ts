import { setTimeout as pause } from 'node:timers/promises';
import { Command, Event, Query } from '@minos/common';
import { Aggregate, AggregateRoot, type AggregateRepository, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { CommandBus } from '../buses/command-bus.js';
import { QueryBus } from '../buses/query-bus.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { View } from '../view/view.decorator.js';
import { type ViewReader, Views } from '../view/views.js';

@Event('counter.raised')
export class CounterRaised {
  constructor(readonly to: number) {}
}

@Aggregate('counter')
export class Counter extends AggregateRoot {
  value = 0;
  @On(CounterRaised) protected raised({ to }: CounterRaised): void {
    this.value = to;
  }
  raise(): number {
    this.apply(new CounterRaised(this.value + 1));
    return this.value;
  }
}

@View<CounterRow>('counters')
export class CounterRow {
  readonly id!: string;
  readonly value!: number;
}

@Projection('counters', { version: 1, views: [CounterRow], batchSize: 100 })
export class Counters {
  /** Milliseconds that each tenth event takes. */
  delay = 2;
  /** Nothing is handled until it is open. */
  gate: Promise<void> = Promise.resolve();
  private seen = 0;

  @When(CounterRaised)
  async raised({ to }: CounterRaised, { view, recorded }: ProjectionContext): Promise<void> {
    await this.gate;
    if (this.seen++ % 10 === 0) await pause(this.delay);
    view(CounterRow).upsert({ id: recorded.stream.slice('counter-'.length), value: to });
  }
}

@Command('counter.raise', { owner: 'counting' })
export class RaiseCounters extends Command<number> {
  constructor(readonly ids: readonly string[]) {
    super();
  }
}
@Query('counter.read', { owner: 'counting' })
export class ReadCounter extends Query<number> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RaiseCounters)
export class RaiseCountersHandler implements ICommandHandler<RaiseCounters> {
  constructor(@InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>) {}

  async execute({ ids }: RaiseCounters): Promise<number> {
    let value = 0;
    for (const id of ids) {
      const isNew = (await this.counters.find(id)) === undefined;
      value = await this.counters[isNew ? 'create' : 'update'](id, (counter) => counter.raise());
    }
    return value;
  }
}
@QueryHandler(ReadCounter)
export class ReadCounterHandler implements IQueryHandler<ReadCounter> {
  private readonly rows: ViewReader<CounterRow>;
  constructor(views: Views) {
    this.rows = views.of(CounterRow);
  }
  async execute({ id }: ReadCounter): Promise<number> {
    return (await this.rows.get(id))?.value ?? 0;
  }
}

export interface Buses {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
}

export interface Pairs {
  readonly counters: number;
  readonly each: number;
  /** @default true */
  readonly consistent?: boolean;
}

/** Raises counters, each one again and again, and reads each at once; resolves with how many answers were older than what had just been done. */
export async function staleAnswers({ commands, queries }: Buses, { counters, each, consistent = true }: Pairs): Promise<number> {
  let stale = 0;
  const work = async (id: string): Promise<void> => {
    for (let n = 0; n < each; n++) {
      // #region pair
      const { result, token } = await commands.execute(new RaiseCounters([id]), { token: true });
      const seen = await queries.execute(new ReadCounter(id), consistent ? { atLeast: token, within: '60s' } : {});
      // #endregion
      if (seen < result) stale += 1;
    }
  };
  await Promise.all(Array.from({ length: counters }, (_, n) => work(`c${n}`)));
  return stale;
}

/** The control: the projection handles nothing meanwhile, and no answer is asked to be as new as what was done. */
export async function staleWithoutToken(buses: Buses, projection: Counters, pairs: Pairs): Promise<number> {
  let open = (): void => undefined;
  projection.gate = new Promise((resolve) => (open = resolve));
  try {
    return await staleAnswers(buses, { ...pairs, consistent: false });
  } finally {
    open();
  }
}
