import type { FeedReadOptions } from '../contracts/event-feed.js';
import type { FeedPosition } from '../contracts/event-store.js';
import { positionDistance } from '../stream/feed-position.js';
import type { SubscriptionProgress } from './subscription-progress.js';
import type { SubscriptionPorts } from './subscription.options.js';

export type SubscriptionLag = Pick<SubscriptionProgress, 'lagEvents' | 'lagSeconds'>;

/** A page with conditions may be empty before the end; lag is looked for over so many of them. */
const LAG_PAGES = 20;

/** How far the feed is ahead of `position`, as to the `wanted` events. */
export async function lagBehind(
  position: FeedPosition | undefined,
  { feed, clock }: Pick<SubscriptionPorts, 'feed' | 'clock'>,
  wanted: FeedReadOptions,
): Promise<SubscriptionLag> {
  let after = position ?? feed.beginning;
  const known = feed.backlog?.(after);
  if (known !== undefined) return { lagEvents: known.events, lagSeconds: known.seconds };
  for (let pages = 0; pages < LAG_PAGES; pages += 1) {
    const page = await feed.read(after, { ...wanted, limit: 1 });
    const oldest = page.events[0];
    if (oldest !== undefined) {
      const { settled } = await feed.horizon();
      return {
        lagEvents: Math.max(1, positionDistance(after, settled)),
        lagSeconds: Math.max(0, clock.now() - oldest.recordedAt.getTime()) / 1000,
      };
    }
    if (!page.more) return { lagEvents: 0, lagSeconds: 0 };
    after = page.covered;
  }
  // So far there was nothing; whether something waits behind it is not known.
  const { settled } = await feed.horizon();
  return { lagEvents: Math.max(1, positionDistance(after, settled)), lagSeconds: 0 };
}
