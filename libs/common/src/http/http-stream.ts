import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpAsk {
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request, and the answer where it has begun. */
  readonly signal?: AbortSignal;
  /** Certificates of authorities to believe, PEM. @default those of Node */
  readonly ca?: string;
}

/** Milliseconds. */
export interface HttpTimes {
  /** Until the answer begins; where no silence is given, until it is there whole. @default as long as the signal lets it */
  readonly answerMs?: number;
  /** Until the first piece, and from one piece to the next. @default only the whole answer has a time */
  readonly silenceMs?: number;
}

/**
 * One request and its answer, read piece by piece; no redirect is followed. The connection is its own, because one that was kept may be closed by the other side at the moment of its
 * next use. It is ended by its own timer and listener: Node 20 may collect the signal of a `fetch`, or one made of others, while somebody waits for it, and the wait then never ends.
 */
export class HttpStream {
  private readonly request: ClientRequest;
  private timer: NodeJS.Timeout | undefined;
  private reason: Error | undefined;
  private answer: IncomingMessage | undefined;
  private readonly abort = (): void => this.end(errorOf(this.ask.signal?.reason));

  private constructor(
    url: URL,
    private readonly ask: HttpAsk,
    private readonly times: HttpTimes,
  ) {
    const { method = 'GET', headers, body, ca } = ask;
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    this.request = send(url, { method, headers: { ...headers, ...length }, agent: false, ...(ca === undefined ? {} : { ca }) });
    // An error after the stream has ended has nobody to hear it, and would end the process.
    this.request.on('error', () => undefined);
  }

  /** Resolves when the answer has begun, with whatever status. Rejects with why there is none. The stream is to be read to its end, or closed. */
  static async open(url: URL, ask: HttpAsk, times: HttpTimes): Promise<HttpStream> {
    const stream = new HttpStream(url, ask, times);
    await stream.begin();
    return stream;
  }

  get status(): number {
    return this.answer?.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.answer?.headers ?? {};
  }

  /** The body, once. Rejects with why it ended before its end; leaving the loop gives up the rest. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      this.restartSilence();
      for await (const piece of (this.answer ?? []) as AsyncIterable<Uint8Array>) {
        this.restartSilence();
        yield piece;
      }
    } catch (error) {
      throw this.reason ?? error;
    } finally {
      this.close();
    }
  }

  /** The whole body. Rejects with a `RangeError` where it has more bytes than this. */
  async bytes(most: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.pieces()) {
      size += piece.byteLength;
      if (size > most) throw new RangeError(`the answer is larger than ${most} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Closes the connection. Idempotent. */
  close(): void {
    clearTimeout(this.timer);
    this.ask.signal?.removeEventListener('abort', this.abort);
    this.request.destroy();
  }

  private async begin(): Promise<void> {
    const { signal, body } = this.ask;
    const { answerMs } = this.times;
    const begun = new Promise<IncomingMessage>((resolve, reject) => {
      this.request.once('response', resolve).once('error', reject);
      // All that Node says of a 101 that nobody asked for.
      this.request.once('close', () => reject(new Error('the connection closed without an answer')));
    });
    if (answerMs !== undefined) this.timer = setTimeout(() => this.end(new Error(`no answer came within ${answerMs} ms`)), answerMs);
    signal?.addEventListener('abort', this.abort, { once: true });
    if (signal?.aborted === true) this.abort();
    else this.request.end(body);
    try {
      this.answer = await begun;
      this.answer.on('error', () => undefined);
    } catch (error) {
      this.close();
      throw this.reason ?? error;
    }
  }

  private restartSilence(): void {
    const { silenceMs } = this.times;
    if (silenceMs === undefined || this.reason !== undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
  }

  private end(reason: Error): void {
    this.reason ??= reason;
    this.answer?.destroy(reason);
    this.request.destroy(reason);
  }
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the request was given up');
}
