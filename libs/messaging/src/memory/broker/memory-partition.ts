import type { Clock } from '@minos/common';
import type { BrokerMessage, PartitionDescription, PartitionRef, StartPosition, StoredMessage } from '../../contracts/broker.js';
import { Doorbell } from './doorbell.js';

/** The messages of one partition. Everything is synchronous; what was kept too long is dropped when anybody looks. */
export class MemoryPartition {
  readonly appended = new Doorbell();
  private kept: StoredMessage[] = [];
  private nextOffset = 0n;

  constructor(
    readonly ref: PartitionRef,
    private readonly retentionMs: number | 'forever',
    private readonly clock: Clock,
  ) {}

  append(message: BrokerMessage): bigint {
    const offset = this.nextOffset++;
    this.kept.push({ ...copy(message), ...this.ref, offset, appendedAt: this.clock.now() });
    this.appended.ring();
    return offset;
  }

  /** Up to `limit` messages from `from` on; copies, so that no reader changes what another gets. */
  read(from: bigint, limit: number): StoredMessage[] {
    const first = this.indexOf(from);
    return this.kept.slice(first, first + limit).map((message) => ({ ...message, ...copy(message) }));
  }

  /** The offset to read next, for a reader that begins there. */
  resolve(start: StartPosition): bigint {
    if (start === 'end') return this.nextOffset;
    return start === 'beginning' ? 0n : start;
  }

  describe(): PartitionDescription {
    this.dropOld();
    return { ...this.ref, earliest: this.kept[0]?.offset ?? this.nextOffset, next: this.nextOffset };
  }

  /** Messages from `from` on, and the age of the first of them in seconds. */
  behind(from: bigint): { readonly lag: bigint; readonly ageSeconds: number } {
    const first = this.indexOf(from);
    const oldest = this.kept[first];
    const ageSeconds = oldest === undefined ? 0 : Math.max(0, this.clock.now() - oldest.appendedAt) / 1000;
    return { lag: BigInt(this.kept.length - first), ageSeconds };
  }

  private indexOf(offset: bigint): number {
    this.dropOld();
    const earliest = this.kept[0]?.offset ?? this.nextOffset;
    return Math.min(this.kept.length, Math.max(0, Number(offset - earliest)));
  }

  private dropOld(): void {
    if (this.retentionMs === 'forever') return;
    const horizon = this.clock.now() - this.retentionMs;
    const first = this.kept.findIndex(({ appendedAt }) => appendedAt >= horizon);
    if (first !== 0) this.kept = first < 0 ? [] : this.kept.slice(first);
  }
}

function copy({ channel, key, headers, body }: BrokerMessage): BrokerMessage {
  return { channel, key, headers: { ...headers }, body: new Uint8Array(body) };
}
