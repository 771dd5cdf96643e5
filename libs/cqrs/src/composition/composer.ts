import { CLOCK, type Clock, parseDuration, SystemClock } from '@minos/common';
import { remainingBudget } from '@minos/messaging';
import type { MessageContext } from '@minos/messaging/contracts';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { executionOptionsOf } from '../buses/execution.js';
import { QueryBus } from '../buses/query-bus.js';
import { outsideConsistencyScope, wantedConsistency } from '../consistency/consistency-scope.js';
import type { CompositionPlan } from './compose.js';
import type { Composed } from './composed.js';
import { CompositionRun } from './composition-run.js';
import { PartLog } from './part-log.js';
import { prepareComposition, type PreparedComposition } from './part-settings.js';

/** What is looked at of the message that asked for the composed query, where it came from another service. */
export type AskedFrom = Pick<MessageContext, 'signal' | 'envelope' | 'stored'>;

/** Of the time of a request, so much is for the parts; the rest is for the way back. */
const SHARE_OF_PARTS = 0.8;

interface Running {
  readonly composition: PreparedComposition;
  readonly log: PartLog;
}

/** Answers the composed queries of one application, and keeps what their parts cache. */
@Injectable()
export class Composer {
  private readonly running = new Map<CompositionPlan, Running>();
  private readonly clock: Clock;

  constructor(
    private readonly queries: QueryBus,
    @Optional() @Inject(CLOCK) clock?: Clock,
  ) {
    this.clock = clock ?? new SystemClock();
  }

  /**
   * Rejects with what a part that must not be missing rejects with: what its handler throws, what `QueryBus.execute` does, `COMPOSITION_PART_LATE`. Rejects with the
   * reason of the message's signal where that aborts.
   */
  answer(plan: CompositionPlan, query: object, from?: AskedFrom): Promise<Composed<object>> {
    const { composition, log } = this.of(plan);
    // What came over the broker says it around the handler.
    const options = { ...wantedConsistency(), ...executionOptionsOf(query) };
    const ports = {
      clock: this.clock,
      execute: (asked: object, how: object) => outsideConsistencyScope(() => this.queries.execute<object, unknown>(asked, how)),
      noted: log.noted.bind(log),
    };
    const given = options.timeout === undefined ? Infinity : parseDuration(options.timeout);
    const travelled = from === undefined ? Infinity : (remainingBudget(from, this.clock) ?? Infinity) * SHARE_OF_PARTS;
    const milliseconds = Math.min(composition.within, given, travelled);
    return new CompositionRun(composition, ports, { milliseconds, options, ...(from && { signal: from.signal }) }).answer(query);
  }

  private of(plan: CompositionPlan): Running {
    const known = this.running.get(plan);
    if (known !== undefined) return known;
    const composition = prepareComposition(plan, this.clock);
    const made = { composition, log: new PartLog(composition.query) };
    this.running.set(plan, made);
    return made;
  }
}
