import type { StoredMessage } from '../contracts/broker.js';
import type { WorkerParts } from './worker-parts.js';

export interface TakenMessage {
  readonly stored: StoredMessage;
}

export interface OpenMessages<T extends TakenMessage> {
  readonly list: readonly T[];
  /** How many were left out. */
  readonly duplicates: number;
}

/** Messages of one partition that come although they are marked as handled. */
export class HandledMessages {
  private readonly marked = new WeakSet<TakenMessage>();
  private looked = false;

  constructor(private readonly parts: WorkerParts) {}

  /** What was done behind the position when the partition changed hands is looked up together; later the mark itself refuses. */
  async leaveOut<T extends TakenMessage>(taken: readonly T[]): Promise<OpenMessages<T>> {
    const { inbox, reader, life, settings } = this.parts;
    const doubtful = this.looked ? taken.filter((one) => this.isDoubtful(one)) : taken;
    if (doubtful.length === 0) return { list: taken, duplicates: 0 };
    const marks = new Map<TakenMessage, string>(doubtful.map((one) => [one, reader.identify(one.stored).mark]));
    const handled = await life.insist(() => inbox.handled(settings.consumer, [...marks.values()]));
    this.looked = true;
    const isDone = (one: TakenMessage): boolean => {
      if (!handled.has(marks.get(one) ?? '')) return false;
      if (!reader.repeatsOf(one.stored)?.concerns(one.stored)) return true;
      this.marked.add(one);
      return false;
    };
    const list = taken.filter((one) => !isDone(one));
    return { list, duplicates: taken.length - list.length };
  }

  /** Whether it was found to be marked, and somebody may want to hear of it. */
  concerns(one: TakenMessage): boolean {
    return this.marked.has(one);
  }

  /** Answers a message that is marked, if somebody waits for that; or resolves with the mark under which it is to be handled after all. */
  async settle({ stored }: TakenMessage): Promise<string | undefined> {
    const { reader, repeated, counts, observation, life } = this.parts;
    const read = reader.read(stored);
    const mark = read.kind === 'unreadable' ? undefined : await repeated.settle(life, read, stored);
    if (mark !== undefined) return mark;
    counts.duplicates += 1;
    observation.tell('duplicate', stored);
    return undefined;
  }

  private isDoubtful({ stored }: TakenMessage): boolean {
    const { range, reader } = this.parts;
    return range.includes(stored.offset) || reader.repeatsOf(stored)?.expects(stored) === true;
  }
}
