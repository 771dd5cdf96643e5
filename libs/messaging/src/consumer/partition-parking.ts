import { isMinosError, type Unit, type UnitOfWork } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { PARK_MESSAGE, type ParkedCause, type ParkedCount, type ParkMessage } from '../contracts/parked-store.js';
import { ParkedLimitReachedError } from './consumer.errors.js';
import type { ConsumerSettings } from './consumer.options.js';
import type { Job, KeyLanes } from './key-lanes.js';
import { placeMark, type MessageReader } from './message-reader.js';
import type { Observation } from './observation.js';
import type { PartitionLife } from './partition-life.js';
import { quarantined } from './quarantine.js';

/** How many messages are parked, as far as this process knows. */
export interface ParkedTotal {
  messages: number;
}

/** Why a message is parked; none where it stands behind a parked one. */
export interface ParkReason {
  readonly error: unknown;
  readonly attempts: number;
}

/** What waiting does not heal: somebody has to look. */
const NOT_BY_ITSELF: ReadonlySet<unknown> = new Set(['PROCESS_KILLER', 'MESSAGE_UNSOUND', 'PRINCIPAL_REFUSED', 'PRODUCER_NOT_OWNER']);

/** The parked keys of one partition, as its owner knows them: nobody else parks or takes out. */
export class PartitionParking {
  private readonly counts: Map<string, number>;
  /** Work on keys of which a message waits for room: it is what makes room. */
  private readonly waiting = new Map<string, Job[]>();
  /** Why the partition stands, where it may not park more. */
  halted: ParkedLimitReachedError | undefined;

  constructor(
    private readonly life: PartitionLife,
    private readonly settings: ConsumerSettings,
    private readonly ports: {
      readonly unitOfWork: UnitOfWork;
      readonly reader: MessageReader;
      readonly lanes: KeyLanes;
      readonly observation: Observation;
      readonly total: ParkedTotal;
    },
    parked: readonly ParkedCount[],
  ) {
    this.counts = new Map(parked.map(({ key, messages }) => [key, messages]));
  }

  get keys(): number {
    return this.counts.size;
  }

  has(key: string): boolean {
    return this.counts.has(key);
  }

  /** Appends the message to its key, which is parked from then on. Waits while more may not be parked. */
  async park(stored: StoredMessage, reason?: ParkReason): Promise<void> {
    await this.room(stored.key);
    const { messageId, tenant } = this.ports.reader.identify(stored);
    const change = this.changeOf(stored, messageId, reason);
    await this.keep(change, tenant, reason, (unit) => this.answer(unit, change));
  }

  /** Parks a refused message apart. Nobody gets an answer, and what it says of itself is not what it will be known by. */
  async quarantine(stored: StoredMessage, error: Error): Promise<void> {
    const apart = quarantined(stored);
    await this.room(apart.key);
    const reason = { error, attempts: 1 };
    await this.keep(this.changeOf(apart, placeMark(stored), reason), '', reason);
  }

  private changeOf(stored: StoredMessage, messageId: string, reason: ParkReason | undefined): ParkMessage {
    const { consumer, codeVersion = '' } = this.settings;
    return {
      kind: PARK_MESSAGE,
      consumer,
      messageId,
      type: this.ports.reader.identify(stored).type,
      stored,
      ...(reason === undefined ? {} : { cause: causeOf(reason.error) }),
      attempts: reason?.attempts ?? 0,
      codeVersion,
      ...this.retryOf(reason?.error),
    };
  }

  private async keep(change: ParkMessage, tenant: string, reason: ParkReason | undefined, also?: (unit: Unit) => void): Promise<void> {
    const { key } = change.stored;
    const isNew = await this.store(change, tenant, also);
    // One that was there before may have been parked by a commit whose answer was lost: then the key is not known yet.
    if (!isNew && this.counts.has(key)) return;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.ports.total.messages += 1;
    this.ports.observation.parked(change.stored, reason);
  }

  /**
   * Resolves when another message of the key may be parked. Until then it runs what is handed to {@link submit}, which may unpark the key; while it waits it leaves
   * its places to the drains of other keys, which make room.
   */
  async room(key: string): Promise<void> {
    if (this.lack(key) === undefined) return;
    const jobs: Job[] = [];
    this.waiting.set(key, jobs);
    try {
      for (let lack = this.lack(key); lack !== undefined; lack = this.lack(key)) {
        this.halted = new ParkedLimitReachedError(this.settings.consumer, key, lack);
        const job = jobs.shift();
        await (job ? job() : this.ports.lanes.aside(() => this.life.pause(this.settings.parking.look)));
      }
    } finally {
      this.waiting.delete(key);
      if (this.waiting.size === 0) this.halted = undefined;
    }
    for (const job of jobs) this.ports.lanes.submit(key, job);
  }

  /** Runs a job in the lane of its key; where the lane waits for room, at once. */
  submit(key: string, job: Job): void {
    const jobs = this.waiting.get(key);
    if (jobs) jobs.push(job);
    else this.ports.lanes.submit(key, job);
  }

  /** When the key asks to be retried by itself. */
  retryOf(error: unknown): { readonly retryAfterMs?: number } {
    const { retryAfter } = this.settings.parking;
    return retryAfter === undefined || NOT_BY_ITSELF.has((error as { code?: unknown } | undefined)?.code)
      ? {}
      : { retryAfterMs: retryAfter };
  }

  /** A message of the key was taken out. */
  tookOut(key: string, left: boolean): void {
    const count = this.counts.get(key);
    if (count === undefined) return;
    if (left) this.counts.set(key, count - 1);
    else this.counts.delete(key);
    this.ports.total.messages -= 1;
  }

  /** Nothing of the key is parked, whatever was believed. */
  forget(key: string): void {
    this.counts.delete(key);
  }

  /** Whether it was not there before. A message that comes again behind the position is. */
  private async store(change: ParkMessage, tenant: string, also?: (unit: Unit) => void): Promise<boolean> {
    const { unitOfWork } = this.ports;
    try {
      const parking = (unit: Unit): void => {
        unit.enlist(this.life.fence);
        unit.enlist(change);
        also?.(unit);
      };
      await this.life.insist(() => unitOfWork.run(parking, { mode: 'new', tenant }), 'MESSAGE_ALREADY_PARKED');
      return true;
    } catch (error) {
      if (isMinosError(error, 'MESSAGE_ALREADY_PARKED')) return false;
      throw error;
    }
  }

  /** Why nothing more of the key may be parked. */
  private lack(key: string): string | undefined {
    const { perKey, perConsumer } = this.settings.parking;
    const mine = this.counts.get(key) ?? 0;
    if (mine >= perKey) return `${mine} messages of it are parked`;
    const { messages } = this.ports.total;
    return messages >= perConsumer ? `${messages} messages of the consumer are parked` : undefined;
  }

  private answer(unit: Unit, change: ParkMessage): void {
    const { answer } = this.settings.parking;
    if (answer === undefined) return;
    const read = this.ports.reader.read(change.stored);
    answer(
      {
        stored: change.stored,
        ...(read.envelope === undefined ? {} : { envelope: read.envelope }),
        code: change.cause?.code ?? 'KEY_PARKED',
      },
      unit,
    );
  }
}

export function causeOf(error: unknown): ParkedCause {
  const { code, name, message, stack } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Error> & { code?: unknown };
  const told = typeof code === 'string' && code !== '' ? code : (name ?? 'Error');
  return { code: told, message: message ?? String(error), ...(stack === undefined ? {} : { stack: stack + causesOf(error) }) };
}

/** The stacks of the errors behind it, as Node prints them. */
function causesOf(error: unknown): string {
  let text = '';
  let depth = 0;
  for (let cause = (error as Error).cause; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    text += `\n[cause]: ${cause.stack ?? cause.message}`;
  }
  return text;
}
