import type { Principal } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { batchSizeOf } from './consumer.options.js';
import { HandledMessages, type OpenMessages, type TakenMessage } from './handled-messages.js';
import { InHandRecord } from './in-hand-record.js';
import { isPromise } from './is-promise.js';
import { OffsetWindow, type WindowEntry } from './offset-window.js';
import type { ParkedDrain } from './parked-drain.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';
import type { ParkReason, PartitionParking } from './partition-parking.js';
import { quarantined } from './quarantine.js';
import type { RunOutcome } from './run-outcome.js';
import type { WorkerParts } from './worker-parts.js';

interface Taken extends TakenMessage {
  readonly entry: WindowEntry;
}

/** Handles the messages of one partition for as long as this process has it. */
export class PartitionWorker {
  private readonly window = new OffsetWindow();
  private waiting: Taken[] = [];
  private pumping = false;
  private paused = false;
  private closing = false;
  private movedAt: number;
  private readonly handled: HandledMessages;
  private readonly record: InHandRecord;

  constructor(private readonly parts: WorkerParts) {
    this.handled = new HandledMessages(parts);
    this.record = new InHandRecord(parts.life, parts.unitOfWork);
    this.movedAt = parts.clock.monotonic();
  }

  get life(): PartitionLife {
    return this.parts.life;
  }

  get parking(): PartitionParking {
    return this.parts.parking;
  }

  get drain(): ParkedDrain {
    return this.parts.drain;
  }

  get position(): bigint | undefined {
    return this.parts.positions.position;
  }

  get doneTo(): bigint | undefined {
    return this.parts.positions.done;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Messages that were taken and are not passed by what is done. */
  get inHand(): number {
    return this.window.size;
  }

  /** Milliseconds since something was done or tried, or since there was nothing to do. */
  get unmovedMs(): number {
    return this.window.size === 0 ? 0 : this.parts.clock.monotonic() - Math.max(this.movedAt, this.life.triedAt);
  }

  /** Whether messages may come that a dead process had in hand. */
  get hasSuspects(): boolean {
    return this.parts.range.open;
  }

  /** Takes messages in the order of the broker. They are done later; the flow stops where too many wait. */
  accept(messages: readonly StoredMessage[]): void {
    if (this.closing || this.life.ended) return;
    if (this.window.size === 0) this.movedAt = this.parts.clock.monotonic();
    for (const stored of messages) this.waiting.push({ stored, entry: this.window.add(stored.offset) });
    this.steer();
    if (!this.pumping) void this.pump();
  }

  /** Lets what is in handling end, for `graceMs` at the most, and notes how far everything is done. */
  async giveBack(graceMs: number): Promise<void> {
    this.closing = true;
    const { lanes, clock, positions, range, suspects } = this.parts;
    const enough = new AbortController();
    await Promise.race([lanes.close(), clock.sleep(graceMs, enough.signal).catch(() => undefined)]);
    enough.abort();
    if (this.life.ended) return;
    const settling = positions.close().then(async () => {
      // Where suspects are left, the next owner goes on with them.
      if (!range.open) await suspects.clear(this.life.hold).catch(() => undefined);
    });
    const last = new AbortController();
    await Promise.race([settling, clock.sleep(Math.max(graceMs, 1_000) / 2, last.signal).catch(() => undefined)]);
    last.abort();
    this.life.end();
  }

  /** Somebody else has the partition. */
  drop(): void {
    this.closing = true;
    this.life.end();
    void this.parts.lanes.close();
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    try {
      while (this.waiting.length > 0 && !this.closing) await this.begin(this.waiting.splice(0));
    } catch (error) {
      if (!(error instanceof PartitionEnded)) this.life.fail(error);
    } finally {
      // In the turn of the last look: what comes before the promise has settled must find it ended.
      this.pumping = false;
    }
  }

  /** Begins to handle messages: suspects one by one, then the rest together. */
  private async begin(taken: readonly Taken[]): Promise<void> {
    const { range } = this.parts;
    const open = this.passOver(await this.handled.leaveOut(taken.filter((one) => !this.isForeign(one))), taken);
    for (const one of open) if (range.includes(one.stored.offset)) await this.examine(one);
    const rest = open.filter(({ stored, entry }) => !entry.done && !range.includes(stored.offset));
    const last = rest.at(-1);
    if (last === undefined || this.closing) return;
    await range.close();
    await this.record.cover(last.stored.offset + 1n);
    for (const one of rest) this.parts.lanes.submit(one.stored.key, () => this.handle(one));
  }

  private isForeign({ stored }: Taken): boolean {
    return this.parts.reader.isForeign(stored);
  }

  /** Done with at once: those that are not among the open ones. */
  private passOver(open: OpenMessages<Taken>, taken: readonly Taken[]): readonly Taken[] {
    const { counts, observation, reader } = this.parts;
    counts.duplicates += open.duplicates;
    counts.ignored += taken.length - open.list.length - open.duplicates;
    const kept = new Set(open.list);
    for (const one of taken) {
      if (kept.has(one)) continue;
      if (observation.isOn) observation.tell(reader.isForeign(one.stored) ? 'ignored' : 'duplicate', one.stored);
      this.done(one);
    }
    return open.list;
  }

  private async examine(one: Taken): Promise<void> {
    const { range, lanes } = this.parts;
    const { key, offset } = one.stored;
    if (this.closing) return;
    const condemn = (error: unknown): Promise<void> =>
      lanes.runIn(key, () => this.admit(one, () => this.park(one, { error, attempts: this.parts.settings.suspectTries })));
    await range.examine(offset, () => lanes.runIn(key, () => this.handle(one)), condemn);
  }

  private handle(one: Taken): Promise<void> {
    const { reader, runner, parking } = this.parts;
    return this.admit(one, async (principal) => {
      const { stored } = one;
      const mark = this.handled.concerns(one) ? await this.handled.settle(one) : undefined;
      if (mark === undefined && this.handled.concerns(one)) return;
      // While it waits for room the key may be drained.
      if (parking.has(stored.key)) await parking.room(stored.key);
      if (parking.has(stored.key)) return this.park(one);
      const read = reader.read(stored);
      if (read.kind === 'unreadable') return this.park(one, { error: read.error, attempts: 1 });
      const outcome = await runner.run(this.life, { read, stored, principal, attempts: 0, ...(mark === undefined ? {} : { mark }) });
      this.parts.observation.ran(outcome, stored, read.envelope);
      return this.conclude(one, outcome);
    });
  }

  /** Works on a message that is let in. One that is refused goes on in a lane of its own, so that it holds nothing up. */
  private admit(one: Taken, work: (principal: Principal | undefined) => Promise<void>): Promise<void> {
    const { admission, lanes, parking, counts } = this.parts;
    return this.finish(one, async () => {
      const answer = admission.admit(one.stored);
      const admitted = isPromise(answer) ? await answer : answer;
      if (!('refused' in admitted)) return work(admitted.principal);
      const refuse = async (): Promise<void> => {
        await parking.quarantine(one.stored, admitted.refused);
        counts.parked += 1;
        counts.refused += 1;
      };
      lanes.submit(quarantined(one.stored).key, () => this.finish(one, refuse));
      return 'later';
    });
  }

  private async conclude(one: Taken, outcome: RunOutcome): Promise<void> {
    const { counts } = this.parts;
    switch (outcome.kind) {
      case 'failed':
        return this.park(one, outcome);
      case 'duplicate':
        counts.duplicates += 1;
        return;
      case 'rejected':
        counts.rejected += 1;
        counts.handled += 1;
        return;
      default:
        counts.handled += 1;
    }
  }

  private async park({ stored }: Taken, reason?: ParkReason): Promise<void> {
    await this.parts.parking.park(stored, reason);
    this.parts.counts.parked += 1;
  }

  /** Never rejects: a message whose work did not end, because the assignment did, is not done, and nothing behind it in its key begins. */
  private async finish(one: Taken, work: () => Promise<void | 'later'>): Promise<void> {
    try {
      if ((await work()) !== 'later') this.done(one);
    } catch (error) {
      if (!(error instanceof PartitionEnded)) this.life.fail(error);
    }
  }

  private done({ entry }: Taken): void {
    this.window.finish(entry);
    this.movedAt = this.parts.clock.monotonic();
    const { next } = this.window;
    if (next !== undefined) this.parts.positions.moveTo(next);
    this.steer();
  }

  /** One delivery may be on its way when the flow is stopped, and another one is in our hands. */
  private steer(): void {
    const { settings, flow } = this.parts;
    const full = this.window.size > settings.window - 2 * batchSizeOf(settings);
    if (full === this.paused || this.closing) return;
    this.paused = full;
    if (full) flow.pause();
    else flow.resume();
  }
}
