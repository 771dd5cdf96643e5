import type { Clock } from '@minos/common';
import type { ParkedAction, ParkedFilter, ParkedKeyRef, ParkedMessage, ParkedOutcome } from '../contracts/parked-store.js';

/** A parked key with its messages in their order, at least one. */
export interface LoggedKey {
  readonly ref: ParkedKeyRef;
  readonly partition: number;
  messages: ParkedMessage[];
  /** When it asks to be retried by itself, in milliseconds since the epoch. */
  retryAt: number | undefined;
}

/** What the memory adapter keeps of parked messages. */
export class MemoryParkedLog {
  private readonly keys = new Map<string, LoggedKey>();
  private readonly all: ParkedAction[] = [];
  private lastPlace = 0n;

  constructor(private readonly clock: Clock) {}

  /** In the order of their ids. */
  get actions(): readonly ParkedAction[] {
    return this.all;
  }

  now(): number {
    return this.clock.now();
  }

  nextPlace(): bigint {
    return (this.lastPlace += 1n);
  }

  find(ref: ParkedKeyRef): LoggedKey | undefined {
    return this.keys.get(nameOf(ref));
  }

  /** The keys that fit, the longest parked first. */
  keysOf({ consumer, channel, key, cause, type }: ParkedFilter): LoggedKey[] {
    return [...this.keys.values()].filter(({ ref, messages: [first] }) => {
      const wanted: readonly (readonly [string | undefined, string | undefined])[] = [
        [consumer, ref.consumer],
        [channel, ref.channel],
        [key, ref.key],
        [cause, first?.cause?.code],
        [type, first?.type],
      ];
      return wanted.every(([want, have]) => want === undefined || want === have);
    });
  }

  /** Replaces what is known of a key; without messages it is not parked. Returns the way back. */
  put(ref: ParkedKeyRef, key: LoggedKey | undefined): () => void {
    const name = nameOf(ref);
    const before = this.keys.get(name);
    this.set(name, key);
    return () => this.set(name, before);
  }

  addAction(action: Omit<ParkedAction, 'id'>): bigint {
    const id = BigInt(this.all.length + 1);
    this.all.push({ ...action, id });
    return id;
  }

  /** Returns the way back. Actions that are not there, or have ended, stay as they are. */
  changeAction(id: bigint, change: Partial<ParkedAction>): () => void {
    const index = this.all.findIndex((action) => action.id === id);
    const before = this.all[index];
    if (before === undefined || before.ended !== undefined) return () => undefined;
    this.all[index] = { ...before, ...change };
    return () => void (this.all[index] = before);
  }

  endAction(id: bigint, outcome: ParkedOutcome, detail: string | undefined): () => void {
    return this.changeAction(id, { ended: { outcome, at: this.now(), ...(detail === undefined ? {} : { detail }) } });
  }

  private set(name: string, key: LoggedKey | undefined): void {
    if (key === undefined || key.messages.length === 0) this.keys.delete(name);
    else this.keys.set(name, key);
  }
}

function nameOf({ consumer, channel, key }: ParkedKeyRef): string {
  return JSON.stringify([consumer, channel, key]);
}
