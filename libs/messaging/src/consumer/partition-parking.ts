import type { Unit, UnitOfWork } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { PARK_MESSAGE, type ParkedCause, type ParkedCount, type ParkMessage } from '../contracts/parked-store.js';
import { ParkedLimitReachedError, ProcessKillerError } from './consumer.errors.js';
import type { ConsumerSettings } from './consumer.options.js';
import type { MessageReader } from './message-reader.js';
import type { PartitionLife } from './partition-life.js';

/** How many messages are parked, as far as this process knows. */
export interface ParkedTotal {
  messages: number;
}

/** Why a message is parked; none where it stands behind a parked one. */
export interface ParkReason {
  readonly error: unknown;
  readonly attempts: number;
}

/** The parked keys of one partition, as its owner knows them: nobody else parks or takes out. */
export class PartitionParking {
  private readonly counts: Map<string, number>;
  /** Why the partition stands, where it may not park more. */
  halted: ParkedLimitReachedError | undefined;

  constructor(
    private readonly life: PartitionLife,
    private readonly settings: ConsumerSettings,
    private readonly ports: { readonly unitOfWork: UnitOfWork; readonly reader: MessageReader; readonly total: ParkedTotal },
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
    const identity = this.ports.reader.identify(stored);
    const { consumer, codeVersion = '' } = this.settings;
    const change: ParkMessage = {
      kind: PARK_MESSAGE,
      consumer,
      messageId: identity.messageId,
      type: identity.type,
      stored,
      ...(reason === undefined ? {} : { cause: causeOf(reason.error) }),
      attempts: reason?.attempts ?? 0,
      codeVersion,
      ...this.retryOf(reason?.error),
    };
    await this.life.insist(() => this.ports.unitOfWork.run((unit) => this.enlist(unit, change), { mode: 'new', tenant: identity.tenant }));
    this.counts.set(stored.key, (this.counts.get(stored.key) ?? 0) + 1);
    this.ports.total.messages += 1;
  }

  /** When the key asks to be retried by itself. What ends the process is not: somebody has to look. */
  retryOf(error: unknown): { readonly retryAfterMs?: number } {
    const { retryAfter } = this.settings.parking;
    return retryAfter === undefined || error instanceof ProcessKillerError ? {} : { retryAfterMs: retryAfter };
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

  private enlist(unit: Unit, change: ParkMessage): void {
    unit.enlist(this.life.fence);
    unit.enlist(change);
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

  private async room(key: string): Promise<void> {
    const { consumer, parking } = this.settings;
    for (;;) {
      const mine = this.counts.get(key) ?? 0;
      const full =
        mine >= parking.perKey
          ? `${mine} messages of it are parked`
          : this.ports.total.messages >= parking.perConsumer && `${this.ports.total.messages} messages of the consumer are parked`;
      if (full === false) break;
      this.halted = new ParkedLimitReachedError(consumer, key, full);
      await this.life.pause(parking.look);
    }
    this.halted = undefined;
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
