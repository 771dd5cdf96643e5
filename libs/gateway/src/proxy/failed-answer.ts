import type { ServiceInstance } from '@minos/discovery';
import { drainsAway } from './drains-away.js';

/**
 * Whether an answer says that the instance does not work: 502, 504, and a 503 that does not say when to come again. One that does is the answer of an application that works, to a request that wants what is not there
 * yet, say; any client can bring it about, and must not take the instance away from all others by it. An instance that leaves says the same, and is to be left.
 */
export function isFailedAnswer(status: number, rawHeaders: readonly Buffer[], instance: ServiceInstance): boolean {
  if (status !== 503) return status === 502 || status === 504;
  return !has(rawHeaders, 'retry-after') || drainsAway(instance, rawHeaders);
}

function has(rawHeaders: readonly Buffer[], name: string): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toString('latin1').toLowerCase() === name) return true;
  return false;
}
