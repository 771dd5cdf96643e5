import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface RequestToSend {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request, and the answer where it has begun. */
  readonly signal: AbortSignal;
  readonly body?: string;
}

/**
 * Sends a request and resolves with its answer, whose body is still to be read. Follows no redirect. By `node:http`: the signal of a `fetch` ends a stream only until the
 * garbage collector has found the request.
 */
export function sendRequest(url: URL, { method, headers, signal, body }: RequestToSend): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    // A connection of its own: one that was kept may be closed by the other side at the moment of its next use.
    const asked = send(url, { method, headers: { ...headers, ...length }, signal, agent: false }, resolve);
    asked.once('error', (error) => reject(reasonOf(signal) ?? error));
    asked.end(body);
  });
}

/** Why the signal was aborted, where it was; Node itself only says that it was. */
export function reasonOf(signal: AbortSignal): Error | undefined {
  return signal.aborted && signal.reason instanceof Error ? signal.reason : undefined;
}

/** The whole text of an answer. Rejects where it is longer than the limit. */
export async function readText(answer: IncomingMessage, longest: number): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const part of answer) {
    text += String(part);
    if (text.length > longest) throw new Error(`the answer is longer than ${longest} characters`);
  }
  return text;
}
