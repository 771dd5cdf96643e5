import type { IncomingHttpHeaders } from 'node:http';
import { type HttpAsk, HttpStream } from './http-stream.js';

export interface HttpLimits {
  /** For the whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Of the body, in bytes. */
  readonly size: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks once, follows no redirect, and reads the whole answer within the limits. Every status is an answer; rejects with whatever else went wrong. */
export async function askHttp(url: URL, ask: HttpAsk, { timeoutMs, size }: HttpLimits): Promise<HttpAnswer> {
  const stream = await HttpStream.open(url, ask, { answerMs: timeoutMs });
  const { status, headers } = stream;
  return { status, headers, body: await stream.bytes(size) };
}
