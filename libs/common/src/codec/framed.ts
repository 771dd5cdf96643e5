/**
 * Texts in one, their lengths in front: different lists never become the same, nor one that is the beginning of another. Joined at once: a text that grows piece by
 * piece costs as much as the MAC.
 */
export function framed(texts: readonly string[]): string {
  let lengths = '';
  for (const text of texts) lengths += `${text.length},`;
  return [lengths, ...texts].join('\0');
}
