import type { RequestHead } from '../headers/request-head.js';

/** A page cannot set `Authorization` on a WebSocket; what it can name is protocols. */
export const BEARER_PROTOCOL = 'minos.bearer.';

/** Takes the access token out of the protocols that the client offers, so that no service sees it. Where `Authorization` is there too, that one counts. */
export function takeBearerProtocol(head: RequestHead): void {
  const { kept } = head;
  for (let at = kept.length - 2; at >= 0; at -= 2) {
    if ((kept[at] as string).toLowerCase() !== 'sec-websocket-protocol') continue;
    const offered = (kept[at + 1] as string).split(',').map((protocol) => protocol.trim());
    const token = offered.find((protocol) => protocol.startsWith(BEARER_PROTOCOL));
    if (token === undefined) continue;
    head.authorization ??= `Bearer ${token.slice(BEARER_PROTOCOL.length)}`;
    const others = offered.filter((protocol) => !protocol.startsWith(BEARER_PROTOCOL));
    if (others.length === 0) kept.splice(at, 2);
    else kept[at + 1] = others.join(', ');
  }
}
