import { isDeepStrictEqual } from 'node:util';
import { decodeMessage, encodeMessage, messageMetadataOf } from '@minos/common';
import type { MessageClass } from '@minos/common';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import { aggregateDefinition } from '../aggregate/aggregate-definition.js';
import { foldEvent } from '../aggregate/aggregate-root.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { expectEvents, expectRejection, expectReturn, expectReturned, fail } from './expectations.js';
import type { Ending } from './expectations.js';

export interface TestAggregateOptions {
  /** What the aggregate is constructed with. @default 'test' */
  readonly id?: string;
}

/** Either at once, or, where the command is asynchronous, as a promise that the test awaits. */
type Checked<R> = R extends Promise<unknown> ? Promise<void> : void;

/**
 * Tests an aggregate by what it has seen and what it records: `testAggregate(Order).given(new OrderPlaced(…)).when((order) => order.cancel())
 * .then(new OrderCancelled(…))`. No store, no container. Checks the class as at boot, and that a replay of the events gives the state the command left.
 */
export function testAggregate<A extends AggregateRoot>(type: AggregateClass<A>, options: TestAggregateOptions = {}): AggregateGiven<A> {
  aggregateDefinition(type);
  return new AggregateGiven(type, options.id ?? 'test', []);
}

/** The history so far. */
export class AggregateGiven<A extends AggregateRoot> {
  constructor(
    private readonly type: AggregateClass<A>,
    private readonly id: string,
    private readonly history: readonly object[],
  ) {}

  /** Events that have happened, oldest first. */
  given(...events: readonly object[]): AggregateGiven<A> {
    return new AggregateGiven(this.type, this.id, [...this.history, ...events]);
  }

  /** Runs a command on the aggregate, now. What it throws is the outcome that `thenRejected` looks at. */
  when<R>(command: (aggregate: A) => R): AggregateOutcome<A, R> {
    const aggregate = this.replay([]);
    const replay = (): A => this.replay(aggregate.getUncommittedEvents());
    try {
      const returned: unknown = command(aggregate);
      if (!(returned instanceof Promise)) return new AggregateOutcome(aggregate, replay, { returned });
      const ending = returned.then(
        (value: unknown): Ending => ({ returned: value }),
        (threw: unknown): Ending => ({ threw }),
      );
      return new AggregateOutcome(aggregate, replay, ending);
    } catch (threw) {
      return new AggregateOutcome(aggregate, replay, { threw });
    }
  }

  private replay(more: readonly object[]): A {
    const Type = this.type as unknown as new (id: string) => A;
    const aggregate = new Type(this.id);
    for (const event of [...this.history, ...more]) foldEvent(aggregate, asStored(event));
    return aggregate;
  }
}

/** What a command came to. Each method checks it and throws an `AssertionError` with a diff where it is something else. */
export class AggregateOutcome<A extends AggregateRoot, R> {
  constructor(
    private readonly aggregate: A,
    private readonly replay: () => A,
    private readonly ending: Ending | Promise<Ending>,
  ) {}

  /** Exactly these events were recorded, in this order. */
  then(...events: readonly object[]): Checked<R> {
    // `await scenario.when(…)` calls this with two functions: the outcome is no promise, so say what to write.
    if (typeof events[0] === 'function')
      throw new TypeError('Say what is expected: …when(…).then(event), .thenNothing() or .thenRejected(code).');
    return this.check((ending) => {
      expectReturn(ending);
      expectEvents(this.aggregate.getUncommittedEvents(), events);
      this.expectReplay();
    });
  }

  /** The command was accepted and recorded nothing. */
  thenNothing(): Checked<R> {
    return this.then();
  }

  /** The command threw an error with this code: a `Rejection`, or an error of the suite. */
  thenRejected(code: string): Checked<R> {
    return this.check((ending) => expectRejection(ending, code, this.aggregate.getUncommittedEvents()));
  }

  /** The command returned this. */
  thenReturned(value: Awaited<R>): Checked<R> {
    return this.check((ending) => expectReturned(ending, value));
  }

  /** Looks at the aggregate after the command, with whatever assertions the test uses. */
  thenState(look: (aggregate: A) => void): Checked<R> {
    return this.check((ending) => {
      expectReturn(ending);
      look(this.aggregate);
    });
  }

  private check(look: (ending: Ending) => void): Checked<R> {
    const { ending } = this;
    return (ending instanceof Promise ? ending.then(look) : look(ending)) as Checked<R>;
  }

  private expectReplay(): void {
    const replayed = this.replay();
    if (isDeepStrictEqual(this.aggregate, replayed) || JSON.stringify(this.aggregate) === JSON.stringify(replayed)) return;
    const message =
      'A replay of the events gives another state than the command left. Change the state only in event handlers, and only by what the event says.';
    fail({ message, actual: this.aggregate, expected: replayed });
  }
}

/** The event as a store would give it back. */
function asStored(event: object): object {
  const metadata = messageMetadataOf(event.constructor);
  return metadata ? decodeMessage(metadata.target as MessageClass<object>, encodeMessage(event, metadata)) : event;
}
