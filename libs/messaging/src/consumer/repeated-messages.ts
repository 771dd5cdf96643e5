import type { Unit, UnitOfWork } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { InboxStore } from '../contracts/inbox-store.js';
import type { ReadableMessage } from './message-reader.js';
import type { PartitionLife } from './partition-life.js';

/** Deals with messages whose marks are there, for handlers that want more than to pass them over. */
export class RepeatedMessages {
  constructor(
    private readonly consumer: string,
    private readonly inbox: InboxStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async isMarked(life: PartitionLife, mark: string): Promise<boolean> {
    return (await life.insist(() => this.inbox.handled(this.consumer, [mark]))).has(mark);
  }

  /**
   * Answers a message that is marked, if somebody waits for an answer. Where the mark says that an earlier message of the same id came to nothing, it resolves with
   * the mark under which this one is to be handled instead.
   */
  async settle(life: PartitionLife, read: ReadableMessage, stored: StoredMessage): Promise<string | undefined> {
    const { handler, envelope, mark: first, tenant } = read;
    const { repeats } = handler;
    if (!repeats?.concerns(stored)) return undefined;
    for (let again = 0; ; again += 1) {
      const mark = again === 0 ? first : `${first}~${again}`;
      if (again > 0 && !(await this.isMarked(life, mark))) return mark;
      const kept = await life.insist(() => this.inbox.reply(this.consumer, mark));
      if (repeats.supersedes(kept, envelope)) continue;
      const answer = (unit: Unit): void => {
        unit.enlist(life.fence);
        repeats.answer(kept, { envelope, unit });
      };
      await life.insist(() => this.unitOfWork.run(answer, { mode: 'new', tenant }));
      return undefined;
    }
  }
}
