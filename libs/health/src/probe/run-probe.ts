import { type HealthProbeResult, isMinosError } from '@minos/common';
import type { FoundProbe } from './probe.explorer.js';

/** Asks one probe; what throws or takes too long is down. Never rejects. */
export async function runProbe({ probe }: FoundProbe, timeoutMs: number): Promise<HealthProbeResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthProbeResult>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', details: { message: `no answer within ${timeoutMs} ms` } }), timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([Promise.resolve(probe.check()), late]);
  } catch (error) {
    // Messages of drivers name hosts and users; the code says enough, the log has the rest.
    return {
      status: 'down',
      details: { message: isMinosError(error) ? error.code : error instanceof Error ? error.name : 'unknown error' },
    };
  } finally {
    clearTimeout(timer);
  }
}
