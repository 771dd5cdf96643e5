import type { ServiceInstance } from '@minos/discovery';

/** Whether a 503 is that of an instance that leaves: it says when to come back, and is known to leave or asks us to leave the connection. */
export function drainsAway(instance: ServiceInstance, rawHeaders: readonly Buffer[]): boolean {
  let retryAfter = false;
  let leaves = instance.state === 'draining';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toString('latin1').toLowerCase();
    if (name === 'retry-after') retryAfter = true;
    else if (name === 'connection') leaves ||= rawHeaders[at + 1]?.toString('latin1').toLowerCase().includes('close') === true;
  }
  return retryAfter && leaves;
}
