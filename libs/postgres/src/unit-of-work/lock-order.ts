/** Each key once, in the one order in which all sessions take locks, so that committers never wait for each other in a circle. */
export function lockOrder(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}
