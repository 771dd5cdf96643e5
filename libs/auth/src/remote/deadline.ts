/**
 * Ends what is asked when nothing comes for so long, or with the signal above it. Made of one controller and listeners that it holds itself: signals that are made of others
 * (`AbortSignal.any`, `AbortSignal.timeout`, that of a `Request`) may be collected in Node 20 while somebody waits for them, and the wait then never ends.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly abort = (): void => this.controller.abort(this.above?.reason);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly above?: AbortSignal) {
    if (above?.aborted === true) this.abort();
    above?.addEventListener('abort', this.abort);
  }

  /** Begins anew. */
  feed(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(new Error(`nothing came for ${milliseconds} ms`)), milliseconds);
    this.timer.unref();
  }

  /** Idempotent. */
  end(): void {
    clearTimeout(this.timer);
    this.above?.removeEventListener('abort', this.abort);
    this.controller.abort();
  }

  /** The answer, over no redirect. Rejects with why it ended. */
  async answer(url: URL | string, init: Omit<RequestInit, 'signal' | 'redirect'>): Promise<Response> {
    const { signal } = this.controller;
    signal.throwIfAborted();
    const { promise: aborted, reject } = withReject();
    const end = (): void => reject(signal.reason);
    signal.addEventListener('abort', end);
    try {
      return await Promise.race([fetch(url, { ...init, redirect: 'error', signal }), aborted]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** The body, piece by piece. Rejects with why it ended; leaving the loop gives up the rest. */
  async *piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
    if (body === null) return;
    const { signal } = this.controller;
    const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
    signal.addEventListener('abort', cancel);
    try {
      for (;;) {
        signal.throwIfAborted();
        const { done, value } = await reader.read();
        signal.throwIfAborted();
        if (done) return;
        yield value;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
      cancel();
    }
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_resolve, given) => (reject = given));
  promise.catch(() => undefined);
  return { promise, reject };
}
