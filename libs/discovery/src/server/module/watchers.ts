import { CLOCK, type Clock, SystemClock } from '@minos/common';
import { EventResponse, rawResponse } from '@minos/common/http';
import { Inject, Injectable, Optional, ServiceUnavailableException } from '@nestjs/common';
import { RegistryFeed } from '../feed/registry-feed.js';
import { WatchSession } from '../feed/watch-session.js';
import type { ResolvedRegistryOptions } from '../registry/registry-options.js';
import { RESOLVED_REGISTRY_OPTIONS } from './tokens.js';

/** The open streams of this registry. */
@Injectable()
export class Watchers {
  private readonly open = new Set<EventResponse>();
  private closed = false;

  constructor(
    private readonly feed: RegistryFeed,
    @Inject(RESOLVED_REGISTRY_OPTIONS) private readonly options: ResolvedRegistryOptions,
    @Optional() @Inject(CLOCK) private readonly clock: Clock = new SystemClock(),
  ) {}

  get count(): number {
    return this.open.size;
  }

  /** Streams what changes into the answer until one of the two ends. Throws 503 where there are too many. */
  watch(response: object, lastEventId: string | undefined): void {
    if (this.closed || this.open.size >= this.options.watchers)
      throw new ServiceUnavailableException('This registry takes no more watchers. Ask another one, or try again.');
    const sink = new EventResponse(rawResponse(response));
    this.open.add(sink);
    sink.onClose(() => this.open.delete(sink));
    const { keepAlive, interval } = this.options;
    const session = new WatchSession(this.feed, this.clock, { keepAliveMs: keepAlive, staleMs: interval });
    const end = (): void => sink.end();
    void session.run(sink, lastEventId).then(end, end);
  }

  /** Ends all streams, and takes no more. */
  close(): void {
    this.closed = true;
    for (const sink of [...this.open]) sink.end();
  }
}
