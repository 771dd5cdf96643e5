import { isMinosError, isRejection, type Clock, type Principal, type Rejection, type Unit, type UnitOfWork } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { INBOX_MARK, INBOX_REPLY, type InboxMark, type InboxReply, type KeptReply } from '../contracts/inbox-store.js';
import type { MessageContext } from '../contracts/message-handler.js';
import { HandlerTimeoutError } from './consumer.errors.js';
import type { ConsumerSettings } from './consumer.options.js';
import type { DeadlineWatch } from './deadline-watch.js';
import { Handling } from './handling.js';
import { isPromise } from './is-promise.js';
import type { ReadableMessage } from './message-reader.js';
import type { Observation } from './observation.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';
import type { RepeatedMessages } from './repeated-messages.js';
import type { RunOutcome } from './run-outcome.js';
import { isOutage, TryTally } from './try-tally.js';

/** One message to handle, with what its unit carries besides. */
export interface RunJob {
  readonly read: ReadableMessage;
  readonly stored: StoredMessage;
  /** Verified. */
  readonly principal?: Principal;
  /** Tries that were made before, by whomever. */
  readonly attempts: number;
  /** The mark that says that it is handled. @default that of the message */
  readonly mark?: string;
  /** Enlists what commits with the message. */
  readonly also?: (unit: Unit) => void;
}

/** Handles single messages, each in a unit of its own that carries its mark and the fence of its partition. */
export class MessageRunner {
  constructor(
    private readonly settings: Pick<ConsumerSettings, 'consumer' | 'deadline' | 'retry'>,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly deadlines: DeadlineWatch,
    private readonly repeated: RepeatedMessages,
    private readonly observation: Observation,
  ) {}

  /** As {@link tryOut}; a message that turns out to be marked is settled as its handler wants it. */
  async run(life: PartitionLife, job: RunJob): Promise<RunOutcome> {
    const outcome = await this.tryOut(life, job);
    if (outcome.kind !== 'duplicate') return outcome;
    const mark = await this.repeated.settle(life, job.read, job.stored);
    return mark === undefined ? outcome : this.run(life, { ...job, mark });
  }

  /**
   * Tries until the message is handled, or may not be tried again. A database that is away, or overloaded, counts no try. Rejects with {@link PartitionEnded}
   * when the assignment ends.
   */
  private async tryOut(life: PartitionLife, job: RunJob): Promise<RunOutcome> {
    const tally = new TryTally(this.settings.retry, this.clock, job.attempts);
    for (;;) {
      const outcome = await this.attempt(life, job, tally.begin());
      life.triedAt = this.clock.monotonic();
      if (outcome.kind !== 'failed') return this.succeeded(life, outcome);
      const { error } = outcome;
      this.demandOurs(life, error);
      if (isOutage(error)) life.trouble = error;
      // What a handler objects to may be what it did the first time.
      else if (tally.isFirst(error) && (await this.repeated.isMarked(life, markOf(job)))) return { kind: 'duplicate' };
      this.tellFailure(job, outcome);
      const pause = tally.pauseAfter(error);
      if (pause === undefined) return { ...outcome, attempts: tally.attempts };
      await life.pause(pause);
    }
  }

  private tellFailure({ stored, read: { envelope } }: RunJob, { error, attempts }: Extract<RunOutcome, { kind: 'failed' }>): void {
    if (isOutage(error) || isMinosError(error, 'CONCURRENCY_CONFLICT')) return;
    this.observation.tell('failed', stored, { envelope, attempts, error });
  }

  private succeeded(life: PartitionLife, outcome: RunOutcome): RunOutcome {
    life.trouble = undefined;
    return outcome;
  }

  private demandOurs(life: PartitionLife, error: unknown): void {
    if (isMinosError(error, 'PARTITION_LOST')) life.lose();
    if (life.ended) throw new PartitionEnded();
  }

  private async attempt(life: PartitionLife, job: RunJob, attempt: number): Promise<RunOutcome> {
    try {
      await this.unit(life, job, attempt);
      return { kind: 'handled', attempts: attempt };
    } catch (error) {
      if (isRejection(error)) return this.afterRejection(life, job, { attempt, rejection: error });
      return this.failure(job, error, attempt);
    }
  }

  /** Nothing that the handler did is stored; that it said no is. */
  private async afterRejection(
    life: PartitionLife,
    job: RunJob,
    { attempt, rejection }: { readonly attempt: number; readonly rejection: Rejection },
  ): Promise<RunOutcome> {
    try {
      await this.unit(life, job, attempt, rejection);
      return { kind: 'rejected', attempts: attempt, rejection };
    } catch (error) {
      return this.failure(job, error, attempt);
    }
  }

  private failure(job: RunJob, error: unknown, attempts: number): RunOutcome {
    const again = isMinosError(error, 'MESSAGE_ALREADY_HANDLED') && error.details['messageId'] === markOf(job);
    return again && error.details['consumer'] === this.settings.consumer ? { kind: 'duplicate' } : { kind: 'failed', error, attempts };
  }

  private async unit(life: PartitionLife, job: RunJob, attempt: number, rejection?: Rejection): Promise<void> {
    const { read } = job;
    const deadlineMs = read.handler.deadlineMs ?? this.settings.deadline;
    const handling = new Handling();
    const abort = (error: unknown): void => handling.abort(error);
    const unwatch = this.deadlines.watch(deadlineMs, abort, () => new HandlerTimeoutError(read.type, deadlineMs));
    const forget = life.onEnd(() => handling.abort(new PartitionEnded()));
    try {
      await this.unitOfWork.run((unit) => this.work({ unit, life, job, attempt, handling }, rejection), {
        mode: 'new',
        tenant: read.tenant,
      });
    } finally {
      unwatch();
      forget();
    }
  }

  /** The mark and the fence come first, so that a unit that flushes is refused before it goes on. */
  private work({ unit, life, job, attempt, handling }: Work, rejection: Rejection | undefined): Promise<void> | undefined {
    const { read, stored, principal } = job;
    const { consumer } = this.settings;
    const messageId = markOf(job);
    const mark: InboxMark = { kind: INBOX_MARK, consumer, messageId, source: read.source };
    unit.enlist(mark);
    unit.enlist(life.fence);
    job.also?.(unit);
    const context = new HandlerContext({ consumer, envelope: read.envelope, stored, principal, unit, attempt }, handling);
    const answer = rejection === undefined ? read.handler.handle(read.message, context) : read.handler.rejected?.(rejection, context);
    const keep = (reply: KeptReply | void): void => {
      if (reply) unit.enlist(keptReply(consumer, messageId, reply));
    };
    if (isPromise(answer)) return handling.race(answer).then(keep);
    keep(answer);
    return undefined;
  }
}

interface Work {
  readonly unit: Unit;
  readonly life: PartitionLife;
  readonly job: RunJob;
  readonly attempt: number;
  readonly handling: Handling;
}

/** Makes the signal only for handlers that ask for it. */
class HandlerContext implements MessageContext {
  readonly consumer: string;
  readonly envelope: MessageContext['envelope'];
  readonly stored: StoredMessage;
  readonly principal: Principal | undefined;
  readonly unit: Unit;
  readonly attempt: number;

  constructor(
    given: Omit<MessageContext, 'signal'>,
    private readonly handling: Handling,
  ) {
    this.consumer = given.consumer;
    this.envelope = given.envelope;
    this.stored = given.stored;
    this.principal = given.principal;
    this.unit = given.unit;
    this.attempt = given.attempt;
  }

  get signal(): AbortSignal {
    return this.handling.signal;
  }
}

function markOf({ mark, read }: RunJob): string {
  return mark ?? read.mark;
}

function keptReply(consumer: string, messageId: string, reply: KeptReply): InboxReply {
  return { kind: INBOX_REPLY, consumer, messageId, reply };
}
