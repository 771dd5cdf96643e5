import type { StoredMessage } from '../contracts/broker.js';

/** The value of a header that is named in small letters, in whatever letters the message has it. */
export function headerOf({ headers }: Pick<StoredMessage, 'headers'>, header: string): string | undefined {
  if (Object.hasOwn(headers, header)) return headers[header];
  for (const other in headers) if (other.length === header.length && other.toLowerCase() === header) return headers[other];
  return undefined;
}
