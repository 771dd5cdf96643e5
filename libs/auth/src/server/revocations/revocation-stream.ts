import { type Clock, InterruptiblePause } from '@minos/common';
import type { EventSink } from '@minos/common/http';
import type { Revocation, RevocationLog } from '../contracts/revocations.js';
import type { RevocationFeed } from './revocation-feed.js';

export interface RevocationStreamPorts {
  readonly log: RevocationLog;
  readonly feed: RevocationFeed;
  readonly clock: Clock;
}

const PAGE = 500;
/** Half of what a reader may wait for a sign of life. */
const COMMENT_MS = 4_000;
/** While the store does not answer nobody can say that nothing was revoked: the reader shall know, so the stream ends. */
const STALE_MS = 8_000;

/**
 * One reader of the revocations: those that still matter, `caught-up`, then each new one, and a comment every few seconds. Ends where the reader goes, the feed stops, or the store has not answered for
 * a while or was restored.
 */
export class RevocationStream {
  private readonly pause: InterruptiblePause;

  constructor(
    private readonly ports: RevocationStreamPorts,
    private readonly sink: EventSink,
  ) {
    this.pause = new InterruptiblePause(ports.clock);
  }

  /** `lastEventId` is what the reader saw last. One that is ahead of the store, which was restored then, begins anew. */
  async run(lastEventId: string | undefined): Promise<void> {
    const { feed, log } = this.ports;
    const { rewinds } = feed;
    const leave = feed.subscribe(() => this.pause.wake());
    this.sink.onClose(() => this.pause.wake());
    try {
      const asked = idOf(lastEventId);
      let cursor = await this.send(asked > (await log.newest()) ? 0n : asked);
      await this.sink.write('event: caught-up\ndata: {}\n\n');
      while (this.goesOn(rewinds)) {
        const { newest } = feed;
        // What was deleted before it could be read would else be asked for without an end.
        if (newest > cursor) cursor = larger(await this.send(cursor), newest);
        else if (!(await this.pause.wait(COMMENT_MS))) await this.sink.write(': still here\n\n');
      }
    } finally {
      leave();
    }
  }

  private goesOn(rewinds: number): boolean {
    const { feed } = this.ports;
    return !this.sink.closed && !feed.stopped && feed.rewinds === rewinds && feed.age < STALE_MS;
  }

  private async send(after: bigint): Promise<bigint> {
    let cursor = after;
    for (let full = true; full && !this.sink.closed;) {
      const page = await this.ports.log.since(cursor, PAGE);
      if (page.length > 0) await this.sink.write(page.map(eventOf).join(''));
      cursor = page.at(-1)?.id ?? cursor;
      full = page.length === PAGE;
    }
    return cursor;
  }
}

function eventOf({ id, subject, session, notBefore }: Revocation): string {
  const data = JSON.stringify({ subject, ...(session === undefined ? {} : { session }), notBefore });
  return `id: ${id}\nevent: revoked\ndata: ${data}\n\n`;
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function idOf(text: string | undefined): bigint {
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
}
