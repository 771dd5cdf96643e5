/** A message that was taken and whose end is awaited. */
export interface WindowEntry {
  readonly offset: bigint;
  done: boolean;
}

/** The messages of a partition that were taken, in their order; tells how far all of them are done. */
export class OffsetWindow {
  private entries: WindowEntry[] = [];
  private head = 0;
  private behindLast: bigint | undefined;

  /** How many were taken from the lowest that is not done on. */
  get size(): number {
    return this.entries.length - this.head;
  }

  /** Everything below is done; `undefined` before the first message. */
  get next(): bigint | undefined {
    return this.entries[this.head]?.offset ?? this.behindLast;
  }

  add(offset: bigint): WindowEntry {
    const entry = { offset, done: false };
    this.entries.push(entry);
    this.behindLast = offset + 1n;
    return entry;
  }

  finish(entry: WindowEntry): void {
    entry.done = true;
    while (this.entries[this.head]?.done) this.head += 1;
    // Cut off now and then what is passed: a shift per message would move the whole list.
    if (this.head > 256 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }
}
