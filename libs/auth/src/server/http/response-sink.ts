import type { ServerResponse } from 'node:http';
import type { EventSink } from '../revocations/revocation-stream.js';

/** A reader that takes nothing for so long is gone. */
const PATIENCE_MS = 30_000;

/** A response as a stream of events that waits for a slow reader, within limits. */
export class ResponseSink implements EventSink {
  constructor(private readonly response: ServerResponse) {
    response.on('error', () => undefined);
  }

  get closed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  write(text: string): Promise<void> {
    const { response } = this;
    if (this.closed || response.write(text)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => response.destroy(), PATIENCE_MS);
      timer.unref();
      const done = (): void => {
        clearTimeout(timer);
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.once('drain', done).once('close', done);
    });
  }
}
