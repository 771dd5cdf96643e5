import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a refused body is read and thrown away, in milliseconds. */
const LINGER_MS = 500;

/**
 * The connection ends with the answer, but not before the client can have read it: closed with bytes of the client unread, it is reset, and the reset takes the answer with it. The
 * lingering close of nginx. The head must be written.
 */
export function endLingering(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.write(body);
  const timer = setTimeout(end, LINGER_MS);
  function end(): void {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    response.end();
  }
  request.once('end', end);
  request.once('close', end);
  request.resume();
}
