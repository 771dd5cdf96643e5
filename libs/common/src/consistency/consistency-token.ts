import { isWellFormed } from '../codec/is-well-formed.js';
import { ConsistencyTokenInvalidError, NotYetConsistentError } from './consistency.errors.js';
import type { ConsistencyMark } from './consistency-mark.js';

const LONGEST_STREAM = 500;
/** Category and id. */
const STREAM = /^[^-]+-[^]+$/;
/** base64url has no such character. */
const BETWEEN = '.';
const MOST_MARKS = 100;

/** The opaque text for one mark or several; clients send it back as it is. */
export function consistencyToken(...marks: readonly [ConsistencyMark, ...ConsistencyMark[]]): string {
  const texts = marks.map(({ service, stream, version }) => Buffer.from(JSON.stringify([service, stream, version])).toString('base64url'));
  return texts.join(BETWEEN);
}

/** One token for what several tell of; `undefined` where none is given. */
export function joinConsistencyTokens(tokens: readonly (string | undefined)[]): string | undefined {
  const given = new Set(tokens.flatMap((token) => (token === undefined || token === '' ? [] : token.split(BETWEEN))));
  return given.size === 0 ? undefined : [...given].join(BETWEEN);
}

/** The marks of a token, one for each stream: the highest. Throws `CONSISTENCY_TOKEN_INVALID`. */
export function consistencyMarks(token: string): readonly ConsistencyMark[] {
  const texts = token.split(BETWEEN);
  if (texts.length > MOST_MARKS) throw new ConsistencyTokenInvalidError();
  const highest = new Map<string, ConsistencyMark>();
  for (const mark of texts.map(parseConsistencyToken)) {
    const name = JSON.stringify([mark.service, mark.stream]);
    if (mark.version > (highest.get(name)?.version ?? 0)) highest.set(name, mark);
  }
  return [...highest.values()];
}

/** The mark of a token that has one; throws `CONSISTENCY_TOKEN_INVALID`. */
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
  return typeof name === 'string' && STREAM.test(name) && name.length <= LONGEST_STREAM && isWellFormed(name) && !name.includes('\0');
}

/** Throws `NOT_YET_CONSISTENT` where a token asks for more of this stream than the answer has; marks of other streams do not concern it. */
export function requireConsistency(token: string | undefined, found: ConsistencyMark): void {
  if (token === undefined) return;
  for (const mark of consistencyMarks(token)) {
    const concerned = mark.service === found.service && mark.stream === found.stream;
    if (concerned && mark.version > found.version) throw new NotYetConsistentError(mark, found.version);
  }
}
