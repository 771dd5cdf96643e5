/** Last characters whose bits all belong to a byte, by how many characters of the last four there are. */
const WHOLE: readonly (string | undefined)[] = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/**
 * Whether text of the base64url alphabet is the one way to write its bytes: no half byte, no bits that are dropped. What decoders pass over in silence would give one
 * token many spellings.
 */
export function isCanonical(text: string): boolean {
  const last = WHOLE[text.length & 3];
  return last === undefined || last.includes(text.charAt(text.length - 1));
}
