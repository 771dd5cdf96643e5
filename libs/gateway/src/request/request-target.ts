import { upstreamPath } from '../routes/upstream-path.js';
import { segmentOf } from './path-segment.js';

/** The target of a request, read once: what is matched and authorised is what is sent. */
export class RequestTarget {
  constructor(
    /** Without a slash at the end; the same text that the service gets. */
    readonly path: string,
    /** Decoded exactly once; `/` has none. */
    readonly segments: readonly string[],
    /** With its `?`; empty where there is none. */
    readonly query: string,
  ) {}
}

/** What could not be read. */
export const NOWHERE = new RequestTarget('', [], '');

const SLASH = 0x2f;
const PERCENT = 0x25;
/** What stands in a path as itself (RFC 3986 `pchar`), but for `;`: servers disagree on whether parameters belong to the path. */
const PLAIN = tableOf("-._~!$&'()*+,=:@");
/** What stands in a query: `pchar`, `/`, `?`, `;`, and what browsers leave as it is. */
const QUERY = tableOf('-._~!$&\'()*+,=:@/?;%[]|\\^`{}"<>');

/**
 * Reads the target in origin form. `undefined`: it can be read in more than one way, or it is not for us: another form, a fragment, an empty segment, `.` or `..` or a slash in any encoding,
 * control characters, a `;` that is not encoded, or percent signs that stand for no valid UTF-8.
 */
export function readTarget(url: string): RequestTarget | undefined {
  if (url.charCodeAt(0) !== SLASH) return undefined;
  const question = url.indexOf('?');
  if (question === -1) return readPath(url, url.length, '');
  return isQuery(url, question + 1) ? readPath(url, question, url.slice(question)) : undefined;
}

function readPath(url: string, end: number, query: string): RequestTarget | undefined {
  const segments: string[] = [];
  let encoded = false;
  let start = 1;
  for (let at = 1; at < end; at++) {
    const code = url.charCodeAt(at);
    if (code === SLASH) {
      if (!takeSegment(url.slice(start, at), segments)) return undefined;
      start = at + 1;
    } else if (code === PERCENT) encoded = true;
    else if (PLAIN[code] !== 1) return undefined;
  }
  if (start < end && !takeSegment(url.slice(start, end), segments)) return undefined;
  return new RequestTarget(pathOf(url, end, segments, encoded), segments, query);
}

function takeSegment(raw: string, segments: string[]): boolean {
  const segment = segmentOf(raw);
  if (segment === undefined) return false;
  segments.push(segment);
  return true;
}

function pathOf(url: string, end: number, segments: readonly string[], encoded: boolean): string {
  if (encoded) return upstreamPath({ rewrite: undefined }, segments);
  const last = end > 1 && url.charCodeAt(end - 1) === SLASH ? end - 1 : end;
  return last === url.length ? url : url.slice(0, last);
}

function isQuery(url: string, start: number): boolean {
  for (let at = start; at < url.length; at++) if (QUERY[url.charCodeAt(at)] !== 1) return false;
  return true;
}

/** One for each letter, digit and character of `others`. */
function tableOf(others: string): Uint8Array {
  const table = new Uint8Array(128);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const character of `0123456789${letters}${letters.toUpperCase()}${others}`) table[character.charCodeAt(0)] = 1;
  return table;
}
