import { randomBytes } from 'node:crypto';

const FIN_CLOSE = 0x88;
const MASKED = 0x80;
/** "Going away": the endpoint leaves. */
export const GOING_AWAY = 1001;

/** A close frame of a server. */
export function closeFrame(code: number): Buffer {
  return Buffer.from([FIN_CLOSE, 2, code >> 8, code & 0xff]);
}

/** A close frame of a client, which masks what it sends. */
export function maskedCloseFrame(code: number): Buffer {
  const mask = randomBytes(4);
  const body = Buffer.from([(code >> 8) ^ (mask[0] as number), (code & 0xff) ^ (mask[1] as number)]);
  return Buffer.concat([Buffer.from([FIN_CLOSE, MASKED | 2]), mask, body]);
}
