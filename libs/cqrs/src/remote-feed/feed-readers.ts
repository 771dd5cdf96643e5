import type { MessageContext } from '@minos/messaging/contracts';
import { FeedReadRefused } from '../errors/feed.errors.js';

/** Which services may read the feed of this one. */
export class FeedReaders {
  /** `readers` missing: in production none, since they get all events of all time and all tenants; else all services whose messages are believed. */
  constructor(
    private readonly service: string,
    private readonly readers: readonly string[] | undefined = process.env['NODE_ENV'] === 'production' ? [] : undefined,
  ) {}

  /** Throws the rejection `FEED_READ_REFUSED`. A query of this process itself has no envelope. */
  demand(context: MessageContext | undefined): void {
    const source = context?.envelope?.source ?? this.service;
    if (this.readers === undefined || source === this.service || this.readers.includes(source)) return;
    throw new FeedReadRefused(this.service, source);
  }
}
