/** Controls, separators and marks of direction: what moves the cursor, or makes a text look like another. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Keys, causes and bodies come from outside: what a terminal would obey is shown as its code. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same, line by line. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', '  ')));
}

/** On one line, cut where it is long. */
export function short(text: string, most = 60): string {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
