const DOTS = /^\.{1,2}(?:;|$)/;
const NOT_PLAIN = /[/\\\p{Cc}]/u;
const ENCODED_ASCII = /%([0-7][0-9a-f])/gi;
const NOT_ASCII = /\P{ASCII}/u;
/** A service that decodes once more may see through so many layers at the most. */
const MOST_LAYERS = 4;

/** One segment of a path, decoded once; `undefined` where it is empty, not valid, or may mean something else to somebody who reads it differently. */
export function segmentOf(raw: string): string | undefined {
  if (raw === '') return undefined;
  if (!raw.includes('%')) return DOTS.test(raw) ? undefined : raw;
  const decoded = decode(raw);
  if (decoded === undefined) return undefined;
  return isPlain(decoded) && isPlainDeeper(decoded) ? decoded : undefined;
}

function isPlain(segment: string): boolean {
  if (segment === '' || DOTS.test(segment) || NOT_PLAIN.test(segment)) return false;
  if (!NOT_ASCII.test(segment)) return true;
  // Servers that fold characters to their plain form read a full-width slash or dot as one.
  const folded = segment.normalize('NFKC');
  return !DOTS.test(folded) && !NOT_PLAIN.test(folded);
}

/** What was encoded twice: `%252e%252e` is the text `%2e%2e` for us, and `..` for a service that decodes again. */
function isPlainDeeper(decoded: string): boolean {
  let text = decoded;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    if (!text.includes('%')) return true;
    const deeper = text.replace(ENCODED_ASCII, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (deeper === text) return true;
    if (!isPlain(deeper)) return false;
    text = deeper;
  }
  return false;
}

/** Refuses overlong and cut UTF-8, lone surrogates, and `%` without two hexadecimal digits. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
