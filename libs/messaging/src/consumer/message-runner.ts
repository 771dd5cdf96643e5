import { isMinosError, isRejection, type Clock, type Rejection, type Unit, type UnitOfWork } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { INBOX_MARK, INBOX_REPLY, type InboxMark, type InboxReply, type KeptReply } from '../contracts/inbox-store.js';
import type { MessageContext } from '../contracts/message-handler.js';
import { backoff } from './backoff.js';
import { HandlerTimeoutError } from './consumer.errors.js';
import type { ConsumerSettings } from './consumer.options.js';
import type { DeadlineWatch } from './deadline-watch.js';
import { Handling } from './handling.js';
import type { ReadableMessage } from './message-reader.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';

/** One message to handle, with what its unit carries besides. */
export interface RunJob {
  readonly read: ReadableMessage;
  readonly stored: StoredMessage;
  /** Tries that were made before, by whomever. */
  readonly attempts: number;
  /** Enlists what commits with the message. */
  readonly also?: (unit: Unit) => void;
}

/** `duplicate`: it was handled before; `failed`: it cannot be handled now; nothing was stored in either case. */
export type RunOutcome =
  | { readonly kind: 'handled' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly attempts: number };

const OUTAGES: ReadonlySet<string> = new Set([
  'DATABASE_UNAVAILABLE',
  'DATABASE_CLOSED',
  'POOL_EXHAUSTED',
  'OVERLOADED',
  'OUTCOME_UNKNOWN',
  'UNIT_OF_WORK_CLOSED',
]);

/** Handles single messages, each in a unit of its own that carries its mark and the fence of its partition. */
export class MessageRunner {
  constructor(
    private readonly settings: Pick<ConsumerSettings, 'consumer' | 'deadline' | 'retry'>,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly deadlines: DeadlineWatch,
  ) {}

  /**
   * Tries until the message is handled, or may not be tried again. A database that is away, or overloaded, counts no try. Rejects with {@link PartitionEnded}
   * when the assignment ends.
   */
  async run(life: PartitionLife, job: RunJob): Promise<RunOutcome> {
    const { attempts: most, first, longest, budget } = this.settings.retry;
    const began = this.clock.monotonic();
    let tries = 0;
    let waited = 0;
    for (let failures = 1; ; failures += 1) {
      const startedAt = this.clock.monotonic();
      const outcome = await this.attempt(life, job, job.attempts + tries + 1);
      if (outcome.kind !== 'failed') return this.succeeded(life, outcome);
      const { error } = outcome;
      this.demandOurs(life, error);
      const pause = backoff(failures, first, longest);
      const away = isMinosError(error) && OUTAGES.has(error.code);
      if (away) {
        life.trouble = error;
        waited += this.clock.monotonic() - startedAt + pause;
      } else if (!isMinosError(error, 'CONCURRENCY_CONFLICT')) tries += 1;
      const spent = this.clock.monotonic() - began - waited + (away ? 0 : pause);
      if (!away && (tries >= most || spent > budget)) return { ...outcome, attempts: job.attempts + Math.max(1, tries) };
      await life.pause(pause);
    }
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
      return { kind: 'handled' };
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
      return { kind: 'rejected' };
    } catch (error) {
      return this.failure(job, error, attempt);
    }
  }

  private failure({ read }: RunJob, error: unknown, attempts: number): RunOutcome {
    const again = isMinosError(error, 'MESSAGE_ALREADY_HANDLED') && error.details['messageId'] === read.messageId;
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
    const { read, stored } = job;
    const { consumer } = this.settings;
    const mark: InboxMark = { kind: INBOX_MARK, consumer, messageId: read.messageId, source: read.source };
    unit.enlist(mark);
    unit.enlist(life.fence);
    job.also?.(unit);
    const context = new HandlerContext({ consumer, envelope: read.envelope, stored, unit, attempt }, handling);
    const answer = rejection === undefined ? read.handler.handle(read.message, context) : read.handler.rejected?.(rejection, context);
    const keep = (reply: KeptReply | void): void => {
      if (reply) unit.enlist(keptReply(consumer, read.messageId, reply));
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
  readonly unit: Unit;
  readonly attempt: number;

  constructor(
    given: Omit<MessageContext, 'signal'>,
    private readonly handling: Handling,
  ) {
    this.consumer = given.consumer;
    this.envelope = given.envelope;
    this.stored = given.stored;
    this.unit = given.unit;
    this.attempt = given.attempt;
  }

  get signal(): AbortSignal {
    return this.handling.signal;
  }
}

function keptReply(consumer: string, messageId: string, reply: KeptReply): InboxReply {
  return { kind: INBOX_REPLY, consumer, messageId, reply };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
