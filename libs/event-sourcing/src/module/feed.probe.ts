import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { EventFeed } from '../contracts/event-feed.js';
import { EVENT_FEED } from '../tokens.js';

/** From this age on something holds the feed back for longer than any transaction of the suite lasts. */
const STUCK_AFTER_SECONDS = 60;

/** Whether the ordered feed moves: how long its oldest unsettled position has been waited for. */
@HealthProbe('feed')
@Injectable()
export class FeedProbe implements HealthProbe {
  constructor(@Inject(EVENT_FEED) private readonly feed: EventFeed) {}

  async check(): Promise<HealthProbeResult> {
    const { settled, latest, ageSeconds, blockedBy } = await this.feed.horizon();
    const details = { settled, latest, ageSeconds, ...(blockedBy.length > 0 ? { blockedBy } : {}) };
    return { status: ageSeconds < STUCK_AFTER_SECONDS ? 'up' : 'down', details };
  }
}
