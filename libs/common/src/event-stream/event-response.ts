import type { ServerResponse } from 'node:http';

/** Where a stream of server-sent events goes. */
export interface EventSink {
  /** Nobody reads any more. */
  readonly closed: boolean;
  /** Resolves when more may be written, or nobody reads any more. */
  write(text: string): Promise<void>;
  /** Called once, when nobody reads any more. */
  onClose(listener: () => void): void;
}

/** A reader that takes nothing for so long is gone. */
const PATIENCE_MS = 30_000;
const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/** A response as a stream of events that waits for a slow reader, within limits. */
export class EventResponse implements EventSink {
  private readonly gone = new AbortController();

  /** Begins the answer. A reader that takes nothing for `patienceMs` is cut off. */
  constructor(
    private readonly response: ServerResponse,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    response.on('error', () => undefined);
    response.once('close', () => this.gone.abort());
    response.writeHead(200, HEADERS);
    response.flushHeaders();
  }

  get closed(): boolean {
    return this.gone.signal.aborted || this.response.destroyed;
  }

  onClose(listener: () => void): void {
    this.gone.signal.addEventListener('abort', listener, { once: true });
  }

  async write(text: string): Promise<void> {
    if (!this.closed && !this.response.write(text)) await this.drained();
  }

  /** Ends the answer; what was written is still sent. Idempotent. */
  end(): void {
    this.gone.abort();
    this.response.end();
  }

  private drained(): Promise<void> {
    const { response, gone } = this;
    return new Promise((resolve) => {
      const timer = setTimeout(() => response.destroy(), this.patienceMs);
      timer.unref();
      const done = (): void => {
        clearTimeout(timer);
        response.off('drain', done);
        gone.signal.removeEventListener('abort', done);
        resolve();
      };
      response.once('drain', done);
      gone.signal.addEventListener('abort', done, { once: true });
    });
  }
}
