import { isWellFormed } from '../codec/is-well-formed.js';
import { ConsistencyTokenInvalidError, NotYetConsistentError } from './consistency.errors.js';
import type { ConsistencyMark } from './consistency-mark.js';

const LONGEST_STREAM = 500;

/** The opaque text for a mark; clients send it back as it is. */
export function consistencyToken(mark: ConsistencyMark): string {
  return Buffer.from(JSON.stringify([mark.service, mark.stream, mark.version])).toString('base64url');
}

/** The mark of a token; throws `CONSISTENCY_TOKEN_INVALID`. */
export function parseConsistencyToken(token: string): ConsistencyMark {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(parsed)) throw new ConsistencyTokenInvalidError();
    const [service, stream, version] = parsed as unknown[];
    if (typeof service === 'string' && isStream(stream) && Number.isSafeInteger(version) && (version as number) > 0)
      return { service, stream, version: version as number };
  } catch {
    // Told below, whatever was wrong with it.
  }
  throw new ConsistencyTokenInvalidError();
}

/** What no store can have as the name of a stream is not looked for in one. */
function isStream(name: unknown): name is string {
  return typeof name === 'string' && name.length <= LONGEST_STREAM && isWellFormed(name) && !name.includes('\0');
}

/** Throws `NOT_YET_CONSISTENT` where a token asks for more of this stream than the answer has; marks of other streams do not concern it. */
export function requireConsistency(token: string | undefined, found: ConsistencyMark): void {
  if (token === undefined) return;
  const mark = parseConsistencyToken(token);
  const concerned = mark.service === found.service && mark.stream === found.stream;
  if (concerned && mark.version > found.version) throw new NotYetConsistentError(mark, found.version);
}
