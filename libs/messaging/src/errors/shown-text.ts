const LONGEST = 120;

/** A text from outside as a message shows it: quoted, and not longer than a line. */
export function shownText(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
}
