import { randomBytes } from 'node:crypto';

const FIN_CLOSE = 0x88;
const MASKED = 0x80;
/** "Going away": the endpoint leaves. */
export const GOING_AWAY: Farewell = { code: 1001, reason: '' };
/** "Policy violation": the other side may not be here any more. */
export const TOKEN_ENDED: Farewell = { code: 1008, reason: 'The access token is not valid any more.' };

/** Why a WebSocket ends. */
export interface Farewell {
  readonly code: number;
  /** ASCII, 123 characters at the most. */
  readonly reason: string;
}

/** A close frame of a server. */
export function closeFrame(farewell: Farewell): Buffer {
  const body = bodyOf(farewell);
  return Buffer.concat([Buffer.from([FIN_CLOSE, body.length]), body]);
}

/** A close frame of a client, which masks what it sends. */
export function maskedCloseFrame(farewell: Farewell): Buffer {
  const mask = randomBytes(4);
  const body = bodyOf(farewell);
  const masked = body.map((byte, at) => byte ^ (mask[at % 4] as number));
  return Buffer.concat([Buffer.from([FIN_CLOSE, MASKED | body.length]), mask, masked]);
}

function bodyOf({ code, reason }: Farewell): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason, 'latin1')]);
}
