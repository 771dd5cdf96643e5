import { backoff, type Clock, joinSignals, uuidv7 } from '@minos/common';
import {
  type EventFeed,
  type FeedBacklog,
  type FeedHorizon,
  type FeedPage,
  type FeedPosition,
  type FeedReadOptions,
  positionDistance,
} from '@minos/event-sourcing';
import { channelsOf, type Requests } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { type FeedRead, type FeedReadAnswer, feedReadName, receivedPage } from './feed-read.query.js';

export interface RemoteEventFeedParts {
  /** The service whose events these are. */
  readonly owner: string;
  readonly requests: Pick<Requests, 'askMessage'>;
  readonly broker: Pick<Broker, 'lag'>;
  readonly clock: Clock;
}

const BEGINNING = '0' as FeedPosition;
const MOST_EVENTS = 500;
const PATIENCE = '30s';
/** How often the owner's channel is looked at (what retention takes away may hide what came; the subscription then looks by itself after its `poll`) while nothing comes, in milliseconds: first, and after a while of silence. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;

/**
 * The feed of another service, read by asking that service: the broker's retention is no limit, and the order and the positions are the owner's. The owner's channel of
 * events only tells that there is something to read. While the owner does not answer, reading rejects with what `Requests.ask` does, and a subscription waits.
 */
export class RemoteEventFeed implements EventFeed {
  readonly beginning = BEGINNING;
  private readonly closed = new AbortController();
  /** `undefined` until the owner has answered. */
  private latest: FeedPosition | undefined;
  private seen: string | undefined;
  private waitingSince: number | undefined;

  constructor(private readonly parts: RemoteEventFeedParts) {}

  /** Whether the owner has answered. */
  get isKnown(): boolean {
    return this.latest !== undefined;
  }

  async read(after: FeedPosition, { limit = MOST_EVENTS, types = [], signal }: FeedReadOptions = {}): Promise<FeedPage> {
    const seen = await this.look();
    const asked: FeedRead = { types, after, limit: Math.min(limit, MOST_EVENTS) };
    // Until the owner answers something may wait.
    this.waitingSince ??= this.parts.clock.monotonic();
    const answer = await this.ask(asked, signal);
    const page = receivedPage(answer, asked);
    this.latest = answer.latest as FeedPosition;
    // What the channel had before the owner read is in the page; what came since shall be heard of.
    this.seen = seen;
    this.waitingSince = answer.covered === answer.latest ? undefined : (this.waitingSince ?? this.parts.clock.monotonic());
    return page;
  }

  /** As the owner said last; the beginning before it has said anything. */
  async horizon(): Promise<FeedHorizon> {
    const { latest = BEGINNING } = this;
    return { settled: latest, latest, ageSeconds: 0, blockedBy: [] };
  }

  /** As long as the owner has said nothing something may wait: everything for who stands at the beginning, little for who has been there before. */
  backlog(after: FeedPosition): FeedBacklog {
    const unknown = after === BEGINNING ? Number.MAX_SAFE_INTEGER : 1;
    const events = this.latest === undefined ? unknown : positionDistance(after, this.latest);
    const since = this.waitingSince ?? this.parts.clock.monotonic();
    return { events, seconds: events === 0 ? 0 : Math.round(this.parts.clock.monotonic() - since) / 1000 };
  }

  async changed(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.parts;
    const over = joinSignals(this.closed.signal, ...(signal === undefined ? [] : [signal]));
    const deadline = clock.monotonic() + timeoutMs;
    try {
      for (let looks = 1; !over.signal.aborted && clock.monotonic() < deadline; looks++) {
        if ((await this.look()) !== this.seen) return;
        await clock.sleep(backoff(looks, FIRST_LOOK_MS, LONGEST_LOOK_MS), over.signal).catch(() => undefined);
      }
    } finally {
      over.release();
    }
  }

  async close(): Promise<void> {
    this.closed.abort();
  }

  /** Something that is another when the owner has published since; the same while the broker is away. */
  private async look(): Promise<string | undefined> {
    const { owner, broker } = this.parts;
    const { events } = channelsOf(owner);
    try {
      const partitions = await broker.lag(`${owner}.feed-readers`, [events]);
      return partitions.map(({ partition, lag }) => `${partition}:${lag}`).join();
    } catch {
      return this.seen;
    }
  }

  private async ask(data: FeedRead, signal: AbortSignal | undefined): Promise<FeedReadAnswer> {
    const { owner, requests } = this.parts;
    const type = feedReadName(owner);
    const message = { channel: channelsOf(owner).commands, key: uuidv7(), type, data: { ...data, types: [...data.types] } };
    return (await requests.askMessage(message, { timeout: PATIENCE, ...(signal && { signal }) })) as FeedReadAnswer;
  }
}
