import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../headers/request-head.js';

const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** Whether it asks for a WebSocket as RFC 6455 has it. Anything else that wants to become another protocol is not known here. */
export function isWebSocketHandshake({ method, headers, httpVersion }: IncomingMessage, head: RequestHead): boolean {
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    head.upgrade?.toLowerCase() === 'websocket' &&
    !head.hasBody &&
    headers['sec-websocket-version'] === '13' &&
    KEY.test(headers['sec-websocket-key'] ?? '')
  );
}
