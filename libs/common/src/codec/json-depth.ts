import { formatPath } from './payload-path.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The first of the brackets; all that a scan looks for besides is the quote. */
const FIRST_BRACKET = 0x5b;
/** `[` becomes `{` by this bit, and `]` becomes `}`. */
const BRACKET_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** How deep the brackets of a JSON text nest, without recursion and before anything is built from it. */
export function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
    } else if (code >= FIRST_BRACKET) {
      const bracket = code | BRACKET_BIT;
      if (bracket === OPENING) most = Math.max(most, ++depth);
      else if (bracket === CLOSING) depth--;
    }
  }
  return most;
}

/** The path of the first place that nests deeper than `limit`: a second look, which ends there. */
export function pathBeyond(json: string, limit: number): string {
  /** Per open bracket where in it the scan is. */
  const path: (string | number)[] = [];
  for (let at = 0; at < json.length; at++) {
    const innermost = path.length - 1;
    const segment = path[innermost];
    switch (json[at]) {
      case '"': {
        const start = at + 1;
        at = endOfString(json, at);
        if (typeof segment === 'string') path[innermost] = json.slice(start, at);
        break;
      }
      case '{':
      case '[':
        if (path.length === limit) return formatPath(path);
        path.push(json[at] === '{' ? '' : 0);
        break;
      case '}':
      case ']':
        path.pop();
        break;
      case ',':
        if (typeof segment === 'number') path[innermost] = segment + 1;
        break;
      default:
    }
  }
  return formatPath(path);
}

/** Index of the quote that closes the string which opens at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
