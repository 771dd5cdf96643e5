import { type AppliedChange, type Clock, type Lease, type MemoryChangeWriter, type MemoryLeases } from '@minos/common';
import { OUTBOX_ADD, type OutboxAdd, type OutboxRecord } from '../contracts/outgoing-message.js';
import type {
  OutboxProgress,
  OutboxStore,
  RefusalDecision,
  RefusedKey,
  RefusedKeyDecision,
  RefusedKeySummary,
} from '../contracts/outbox-store.js';

interface Waiting extends OutboxAdd {
  readonly id: bigint;
  readonly addedAt: number;
}

/** The outbox in the memory of the process. It is the writer of its changes: hand it to the `MemoryCommitter`. */
export class MemoryOutboxStore implements OutboxStore, MemoryChangeWriter<OutboxAdd> {
  readonly kind = OUTBOX_ADD;
  /** In ascending order of ids. */
  private readonly messages = new Map<bigint, Waiting>();
  private readonly refusals = new Map<string, RefusedKeySummary>();
  private readonly decided: RefusalDecision[] = [];
  private lastId = 0n;

  constructor(
    private readonly clock: Clock,
    private readonly leases: MemoryLeases,
  ) {}

  apply(change: OutboxAdd): AppliedChange {
    const id = (this.lastId += 1n);
    this.messages.set(id, { ...change, id, addedAt: this.clock.monotonic() });
    return { result: change.messageId, undo: () => void this.messages.delete(id) };
  }

  async unsent(slots: readonly number[], limit: number, withoutChannels: readonly string[] = []): Promise<readonly OutboxRecord[]> {
    const found: OutboxRecord[] = [];
    for (const message of this.free()) {
      if (found.length >= limit) break;
      if (slots.includes(message.slot) && !withoutChannels.includes(message.channel)) found.push(this.recordOf(message));
    }
    return found;
  }

  async waiting(slots: readonly number[]): Promise<readonly number[]> {
    const found = new Set([...this.free()].map(({ slot }) => slot));
    return slots.filter((slot) => found.has(slot));
  }

  async forget(records: readonly OutboxRecord[], leases: readonly Lease[]): Promise<void> {
    this.demandHeld(leases);
    for (const { id } of records) this.messages.delete(id);
  }

  async refuse(key: RefusedKey, lease: Lease): Promise<void> {
    this.demandHeld([lease]);
    if (!this.refusals.has(nameOf(key))) this.refusals.set(nameOf(key), { ...key, refusedAt: this.clock.now() });
  }

  async refusedKeys(limit: number): Promise<readonly RefusedKeySummary[]> {
    return [...this.refusals.values()].slice(0, limit);
  }

  async release({ channel, key }: Pick<RefusedKey, 'channel' | 'key'>, decision: RefusedKeyDecision): Promise<boolean> {
    const name = nameOf({ channel, key });
    const refused = this.refusals.get(name);
    if (refused === undefined) return false;
    this.refusals.delete(name);
    const first = [...this.messages.values()].find((message) => nameOf(message) === name);
    const gone = decision.oldest === 'discard' ? first : undefined;
    if (gone !== undefined) this.messages.delete(gone.id);
    this.decided.push({
      ...{ id: BigInt(this.decided.length + 1), channel, key, refusal: refused.reason, at: this.clock.now() },
      ...decision,
      ...(gone === undefined ? {} : { discarded: { messageId: gone.messageId, headers: gone.headers, body: gone.body } }),
    });
    return true;
  }

  async decisions(limit: number): Promise<readonly RefusalDecision[]> {
    return this.decided.toReversed().slice(0, limit);
  }

  async progress(): Promise<OutboxProgress> {
    const [oldest, ...rest] = this.free();
    const oldestSeconds = oldest === undefined ? 0 : this.ageOf(oldest) / 1000;
    return { unsent: oldest === undefined ? 0 : rest.length + 1, oldestSeconds, refusedKeys: this.refusals.size };
  }

  private *free(): Generator<Waiting> {
    for (const message of this.messages.values()) if (!this.refusals.has(nameOf(message))) yield message;
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
