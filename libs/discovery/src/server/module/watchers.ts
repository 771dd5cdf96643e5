import type { ServerResponse } from 'node:http';
import { CLOCK, type Clock, SystemClock } from '@minos/common';
import { Inject, Injectable, Optional, ServiceUnavailableException } from '@nestjs/common';
import { RegistryFeed } from '../feed/registry-feed.js';
import { WatchSession, type WatchSink } from '../feed/watch-session.js';
import type { ResolvedRegistryOptions } from '../registry/registry-options.js';
import { RESOLVED_REGISTRY_OPTIONS } from './tokens.js';

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/** The open streams of this registry. */
@Injectable()
export class Watchers {
  private readonly open = new Set<() => void>();
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
  watch(response: ServerResponse, lastEventId: string | undefined): void {
    if (this.closed || this.open.size >= this.options.watchers)
      throw new ServiceUnavailableException('This registry takes no more watchers. Ask another one, or try again.');
    const gone = new AbortController();
    const end = (): void => {
      this.open.delete(end);
      gone.abort();
      response.end();
    };
    this.open.add(end);
    response.once('close', end);
    response.once('error', end);
    response.writeHead(200, HEADERS);
    const { keepAlive, interval } = this.options;
    const session = new WatchSession(this.feed, this.clock, { keepAliveMs: keepAlive, staleMs: interval });
    void session.run(sinkOf(response, gone.signal), lastEventId).then(end, end);
  }

  /** Ends all streams, and takes no more. */
  close(): void {
    this.closed = true;
    for (const end of [...this.open]) end();
  }
}

function sinkOf(response: ServerResponse, closed: AbortSignal): WatchSink {
  return {
    closed,
    write: (text) => closed.aborted || response.write(text),
    drained: () =>
      new Promise((resolve) => {
        const done = (): void => {
          response.off('drain', done);
          closed.removeEventListener('abort', done);
          resolve();
        };
        response.once('drain', done);
        closed.addEventListener('abort', done, { once: true });
        if (closed.aborted) done();
      }),
  };
}
