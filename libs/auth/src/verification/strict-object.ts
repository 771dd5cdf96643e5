import { isUtf8 } from 'node:buffer';

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
/** What opens has this code, bracket or brace, and what closes is two further. */
const [BRACKET, BRACE] = [91, 123];
const DEEPEST = 4;

/**
 * The object that these bytes are as JSON, or what is wrong with them. Refuses bad UTF-8, anything that is no object, deep nesting, and members that come twice, of which
 * `JSON.parse` would keep the last and another reader the first.
 */
export function strictObject(bytes: Buffer): Readonly<Record<string, unknown>> | string {
  const text = bytes.toString('utf8');
  // What cannot be decoded becomes this sign, which may also be meant.
  if (text.includes('\ufffd') && !isUtf8(bytes)) return 'is no UTF-8';
  const members = membersIn(text);
  if (members === undefined) return 'is nested too deep';
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object';
  if (membersOf(value) !== members) return 'has a member twice';
  return value as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Every member of valid JSON has one colon outside of texts. `undefined` where it is nested too deep to be claims. */
function membersIn(text: string): number | undefined {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COLON) members++;
    else if (code === BRACKET || code === BRACE) depth++;
    else if (code === BRACKET + 2 || code === BRACE + 2) depth--;
    if (depth > DEEPEST) return undefined;
  }
  return members;
}

/** Where the text that begins here ends; at the end of all where it does not. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

function membersOf(value: object): number {
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (typeof item === 'object' && item !== null) members += membersOf(item);
    return members;
  }
  for (const name in value) {
    const item = (value as Readonly<Record<string, unknown>>)[name];
    members++;
    if (typeof item === 'object' && item !== null) members += membersOf(item);
  }
  return members;
}
