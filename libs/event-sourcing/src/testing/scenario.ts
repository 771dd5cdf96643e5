import { SystemClock } from '@minos/common';
import type { UnitOfWork } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { FeedPosition } from '../contracts/event-store.js';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import type { MemoryEventSourcing, MemoryEventSourcingOptions } from '../memory/memory-event-sourcing.js';
import type { AggregateRepository } from '../repository/aggregate-repository.js';
import { streamName } from '../stream/stream-name.js';
import { expectEvents, expectRejection, expectReturn, expectReturned } from './expectations.js';
import type { Ending } from './expectations.js';

export interface ScenarioOptions extends Omit<MemoryEventSourcingOptions, 'clock' | 'pauses'> {
  /** @default one that stands at 2026-01-01T00:00:00Z */
  readonly clock?: VirtualClock;
}

/**
 * Tests handlers and services that work with repositories, on a memory store and a clock that the test moves:
 * `const scenario = createScenario(); const handler = new CancelOrderHandler(scenario.repository(Order));
 * await scenario.given(Order, '1', new OrderPlaced(…)).when(() => handler.execute(new CancelOrder('1'))).then(new OrderCancelled(…))`.
 */
export function createScenario(options: ScenarioOptions = {}): Scenario {
  return new Scenario(options);
}

/** A small service of its own: store, unit of work, repositories, clock. */
export class Scenario {
  readonly clock: VirtualClock;
  readonly parts: MemoryEventSourcing;
  private readonly repositories = new Map<unknown, AggregateRepository<AggregateRoot>>();
  private readonly steps: (() => Promise<unknown>)[] = [];

  constructor(options: ScenarioOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.parts = createMemoryEventSourcing({ ...options, clock: this.clock, pauses: new SystemClock() });
  }

  get unitOfWork(): UnitOfWork {
    return this.parts.unitOfWork;
  }

  /** The repository to construct the handler under test with; one per aggregate. */
  repository<A extends AggregateRoot>(type: AggregateClass<A>): AggregateRepository<A> {
    let made = this.repositories.get(type);
    if (!made) this.repositories.set(type, (made = this.parts.repository(type) as unknown as AggregateRepository<AggregateRoot>));
    return made as unknown as AggregateRepository<A>;
  }

  /** Events that have happened to one aggregate, oldest first. */
  given(type: AggregateClass, id: string, ...events: readonly object[]): this {
    this.steps.push(async () => {
      const { name } = this.repository(type).definition;
      const { store, serializer } = this.parts;
      const stored = events.map((event) => serializer.serialize(event, {}));
      await store.append(streamName(name, id), stored, { expectedVersion: 'any' });
    });
    return this;
  }

  /** The wall clock shows this time when the work begins. */
  at(time: Date | string): this {
    this.steps.push(() => this.clock.advance(Math.max(0, new Date(time).getTime() - this.clock.now())));
    return this;
  }

  /** Runs the work under test, after what was given. */
  when<R>(work: () => R | Promise<R>): ScenarioOutcome<R> {
    const steps = this.steps.splice(0);
    return new ScenarioOutcome(this.parts, async () => {
      for (const step of steps) await step();
      const before = (await this.parts.feed.horizon()).latest;
      return { before, ending: await endingOf(work) };
    });
  }
}

/** What the work came to. Each method runs it (once), checks it, and rejects with an `AssertionError` and a diff where it is something else. */
export class ScenarioOutcome<R> {
  private ran: Promise<{ before: FeedPosition; ending: Ending }> | undefined;

  constructor(
    private readonly parts: MemoryEventSourcing,
    private readonly run: () => Promise<{ before: FeedPosition; ending: Ending }>,
  ) {}

  /** The work committed exactly these events, over all streams, in this order. */
  async then(...events: readonly object[]): Promise<void> {
    if (typeof events[0] === 'function')
      throw new TypeError('Say what is expected: …when(…).then(event), .thenNothing() or .thenRejected(code).');
    const { ending, recorded } = await this.outcome();
    expectReturn(ending);
    expectEvents(recorded, events);
  }

  /** The work was accepted and committed no event. */
  thenNothing(): Promise<void> {
    return this.then();
  }

  /** The work threw an error with this code, and committed nothing. */
  async thenRejected(code: string): Promise<void> {
    const { ending, recorded } = await this.outcome();
    expectRejection(ending, code, recorded);
    expectEvents(recorded, []);
  }

  /** The work returned this. */
  async thenReturned(value: R): Promise<void> {
    const { ending } = await this.outcome();
    expectReturned(ending, value);
  }

  private async outcome(): Promise<{ ending: Ending; recorded: object[] }> {
    this.ran ??= this.run();
    const { before, ending } = await this.ran;
    const { events } = await this.parts.feed.read(before, { limit: Number.MAX_SAFE_INTEGER });
    return { ending, recorded: events.flatMap((event) => this.parts.serializer.deserialize(event)) };
  }
}

async function endingOf(work: () => unknown): Promise<Ending> {
  try {
    return { returned: await work() };
  } catch (threw) {
    return { threw };
  }
}
