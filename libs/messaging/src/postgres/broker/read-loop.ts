import { backoff, InterruptiblePause, type Clock } from '@minos/common';
import { plainArray } from '@minos/postgres';
import type { StoredMessage } from '../../contracts/broker.js';
import type { BrokerGateway } from './broker-gateway.js';
import { FETCH } from './broker.sql.js';
import type { PartitionReader } from './partition-reader.js';

export interface ReadLoopOptions {
  readonly gateway: BrokerGateway;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly pollMaxMs: number;
  readonly hintedPauseMs: number;
  readonly hints: { readonly connected: boolean };
  /** Of one partition. */
  readonly batchSize: number;
  readonly fetchMessages: number;
  readonly fetchBytes: number;
  readonly onAnswer: () => void;
  readonly onError: (error: unknown) => void;
}

type Row = readonly [place: number, offset: bigint, appendedAt: number, key: string, headers: Record<string, string>, body: Buffer];

const GROWTH = 1.5;
const RETRY_FIRST_MS = 50;
const RETRY_LONGEST_MS = 1_000;
/** Where every reader is busy or paused it still asks now and then whether the broker is there. */
const ASK_MS = 1_000;

/** Reads for several partitions in one statement at a time: again at once while a partition may have more, on a hint, and by itself: seldom while hints come, else in growing steps. */
export class ReadLoop {
  private readers: PartitionReader[] = [];
  private readonly waker: InterruptiblePause;
  private running: Promise<void> | undefined;
  private closed = false;
  private quiet = 0;
  /** A look of its own has found what no hint had told of, and none has come since: the connection that hears may be deaf. */
  private deaf = false;
  private failures = 0;

  constructor(private readonly options: ReadLoopOptions) {
    this.waker = new InterruptiblePause(options.clock);
  }

  add(reader: PartitionReader): void {
    this.readers.push(reader);
    this.running ??= this.run();
    this.wake();
  }

  remove(reader: PartitionReader): void {
    this.readers = this.readers.filter((other) => other !== reader);
  }

  /** Looks now. */
  wake(): void {
    this.quiet = 0;
    this.waker.wake();
  }

  /** Reads no more; resolves when a statement that runs has been answered. What it brings is dropped. */
  async close(): Promise<void> {
    this.closed = true;
    this.waker.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let unasked = false; !this.closed;) {
      this.waker.reset();
      const found = await this.look(unasked);
      if (this.closed) return;
      const woken = await this.waker.wait(found ? 0 : this.pauseMs());
      if (woken) this.deaf = false;
      unasked = !found && !woken;
    }
  }

  /** Whether to look again at once. */
  private async look(unasked: boolean): Promise<boolean> {
    const ready = this.readers.filter((reader) => reader.ready);
    for (const reader of this.readers) reader.behind = !reader.ready;
    try {
      const rows = await this.fetch(ready);
      this.failures = 0;
      this.options.onAnswer();
      this.quiet = rows.length > 0 ? 0 : this.quiet + 1;
      if (unasked && rows.length > 0) this.deaf = true;
      this.handOut(ready, rows);
      if (this.wasCut(rows)) for (const reader of ready) reader.behind = true;
      return this.readers.some((reader) => reader.ready && reader.behind);
    } catch (error) {
      this.failures += 1;
      this.options.onError(error);
      return false;
    }
  }

  private fetch(ready: readonly PartitionReader[]): Promise<Row[]> {
    const { gateway, batchSize, fetchMessages, fetchBytes } = this.options;
    return gateway.call<Row>('fetch', FETCH, [
      plainArray(ready.map(({ channelId }) => channelId)),
      plainArray(ready.map(({ partition }) => partition.partition)),
      plainArray(ready.map(({ position }) => String(position))),
      plainArray(ready.map(({ day }) => day)),
      batchSize,
      fetchMessages,
      fetchBytes,
    ]);
  }

  /** Whether the answer ended at a limit for all partitions, so that any of them may have more. */
  private wasCut(rows: readonly Row[]): boolean {
    const { fetchMessages, fetchBytes } = this.options;
    return rows.length >= fetchMessages || rows.reduce((bytes, row) => bytes + row[5].byteLength, 0) >= fetchBytes;
  }

  /** The rows of one partition stand together. */
  private handOut(ready: readonly PartitionReader[], rows: readonly Row[]): void {
    if (this.closed) return;
    for (let from = 0; from < rows.length;) {
      const place = rows[from]?.[0] ?? 0;
      let to = from;
      while (rows[to]?.[0] === place) to += 1;
      const reader = ready[place - 1];
      if (reader !== undefined) {
        const messages = rows.slice(from, to).map((row) => toMessage(reader, row));
        // Who was served goes to the end, so that a limit does not always leave out the same.
        this.readers = [...this.readers.filter((other) => other !== reader), ...(this.readers.includes(reader) ? [reader] : [])];
        if (messages.length >= this.options.batchSize) reader.behind = true;
        reader.take(messages);
      }
      from = to;
    }
  }

  private pauseMs(): number {
    const { pollMs, pollMaxMs, hintedPauseMs, hints } = this.options;
    if (this.failures > 0) return backoff(this.failures, RETRY_FIRST_MS, RETRY_LONGEST_MS);
    if (!this.readers.some((reader) => reader.ready)) return ASK_MS;
    // Whoever publishes says so, so looking by itself is for what is lost on the way.
    if (hints.connected && !this.deaf) return Math.max(pollMaxMs, hintedPauseMs);
    return Math.min(pollMaxMs, pollMs * GROWTH ** Math.max(0, this.quiet - 1));
  }
}

function toMessage({ partition }: PartitionReader, [, offset, appendedAt, key, headers, body]: Row): StoredMessage {
  return { channel: partition.channel, partition: partition.partition, key, headers: textsOf(headers), body, offset, appendedAt };
}

/** Whoever may write to the broker may write any JSON: what is no text is told as JSON text, and what is no object holds nothing. */
function textsOf(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null) return {};
  const entries = Object.entries(headers as Readonly<Record<string, unknown>>);
  if (entries.every(([, value]) => typeof value === 'string')) return headers as Readonly<Record<string, string>>;
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}
