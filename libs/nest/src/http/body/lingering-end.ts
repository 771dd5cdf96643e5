import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a refused body is read and thrown away, in milliseconds. */
const LINGER_MS = 500;

/**
 * The connection ends with the answer, but not before the client can have read it: closed with bytes of the client unread, it is reset, and the reset takes the answer with it. The
 * lingering close of nginx.
 */
export function lingerBeforeEnd(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  const end = response.end.bind(response);
  response.end = (chunk?: unknown, encoding?: unknown): ServerResponse => {
    response.end = end;
    if (typeof chunk === 'string') response.write(chunk, encoding as BufferEncoding);
    else if (Buffer.isBuffer(chunk)) response.write(chunk);
    const timer = setTimeout(() => end(), LINGER_MS);
    request.once('close', () => {
      clearTimeout(timer);
      end();
    });
    request.resume();
    return response;
  };
}
