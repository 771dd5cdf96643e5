import { type AppliedChange, type Clock, type Lease, type MemoryChangeWriter, type MemoryLeases } from '@minos/common';
import { OUTBOX_ADD, type OutboxAdd, type OutboxRecord } from '../contracts/outgoing-message.js';
import type { OutboxProgress, OutboxStore, RefusedKey } from '../contracts/outbox-store.js';

interface Waiting extends OutboxAdd {
  readonly id: bigint;
  readonly addedAt: number;
}

/** The outbox in the memory of the process. It is the writer of its changes: hand it to the `MemoryCommitter`. */
export class MemoryOutboxStore implements OutboxStore, MemoryChangeWriter<OutboxAdd> {
  readonly kind = OUTBOX_ADD;
  /** In ascending order of ids. */
  private readonly waiting = new Map<bigint, Waiting>();
  private readonly refusals = new Map<string, RefusedKey>();
  private lastId = 0n;

  constructor(
    private readonly clock: Clock,
    private readonly leases: MemoryLeases,
  ) {}

  apply(change: OutboxAdd): AppliedChange {
    const id = (this.lastId += 1n);
    this.waiting.set(id, { ...change, id, addedAt: this.clock.monotonic() });
    return { result: change.messageId, undo: () => void this.waiting.delete(id) };
  }

  async unsent(slots: readonly number[], limit: number, withoutChannels: readonly string[] = []): Promise<readonly OutboxRecord[]> {
    const found: OutboxRecord[] = [];
    for (const message of this.free()) {
      if (found.length >= limit) break;
      if (slots.includes(message.slot) && !withoutChannels.includes(message.channel)) found.push(this.recordOf(message));
    }
    return found;
  }

  async forget(records: readonly OutboxRecord[], leases: readonly Lease[]): Promise<void> {
    this.demandHeld(leases);
    for (const { id } of records) this.waiting.delete(id);
  }

  async refuse(key: RefusedKey, lease: Lease): Promise<void> {
    this.demandHeld([lease]);
    if (!this.refusals.has(nameOf(key))) this.refusals.set(nameOf(key), { ...key });
  }

  async refusedKeys(limit: number): Promise<readonly RefusedKey[]> {
    return [...this.refusals.values()].slice(0, limit);
  }

  async release(key: Pick<RefusedKey, 'channel' | 'key'>, oldest: 'retry' | 'discard'): Promise<boolean> {
    if (!this.refusals.delete(nameOf(key))) return false;
    const first = [...this.waiting.values()].find((message) => nameOf(message) === nameOf(key));
    if (oldest === 'discard' && first !== undefined) this.waiting.delete(first.id);
    return true;
  }

  async progress(): Promise<OutboxProgress> {
    const [oldest, ...rest] = this.free();
    const oldestSeconds = oldest === undefined ? 0 : this.ageOf(oldest) / 1000;
    return { unsent: oldest === undefined ? 0 : rest.length + 1, oldestSeconds, refusedKeys: this.refusals.size };
  }

  private *free(): Generator<Waiting> {
    for (const message of this.waiting.values()) if (!this.refusals.has(nameOf(message))) yield message;
  }

  private recordOf(message: Waiting): OutboxRecord {
    const { id, messageId, channel, key, slot, headers, body } = message;
    return { id, messageId, channel, key, slot, headers, body, ageMs: this.ageOf(message) };
  }

  private ageOf({ addedAt }: Waiting): number {
    return Math.max(0, this.clock.monotonic() - addedAt);
  }

  private demandHeld(leases: readonly Lease[]): void {
    for (const lease of leases) this.leases.apply(this.leases.fence(lease));
  }
}

function nameOf({ channel, key }: Pick<RefusedKey, 'channel' | 'key'>): string {
  return JSON.stringify([channel, key]);
}
