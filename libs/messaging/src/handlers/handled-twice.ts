/** What is wrong with two handlers of one message, with the cure. */
export function handledTwice(message: string, one: string, other: string): string {
  return `Both ${one} and ${other} handle ${message}; it is handled once, so keep one of them.`;
}
