/** No amount that a client gives is larger, in cents: thousands of them fit into one account. */
export const LARGEST_AMOUNT = 1_000_000_000_000;

/** Whether the number can be an amount of cents. An order may cost nothing. */
export function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What is not asked of a client, but comes out of this service: anything else is our fault. */
export function demandAmount(what: string, amount: number, least = 0): void {
  if (!isAmount(amount) || amount < least) throw new RangeError(`${what} is ${amount}; it is a whole number of cents from ${least}.`);
}
