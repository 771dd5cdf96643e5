import { type HealthProbe, type HealthProbeResult, isMinosError } from '@minos/common';
import type { FoundProbe } from './probe.explorer.js';

interface Running {
  readonly since: number;
  readonly result: Promise<HealthProbeResult>;
}

const running = new WeakMap<HealthProbe, Running>();
/** In timeouts: after so long an answer does not come any more, and the probe is asked anew. */
const LOST = 5;

/** Asks one probe; what throws or takes too long is down. One that has not answered yet is not asked again: what is slow gets no slower. Never rejects. */
export async function runProbe({ probe }: FoundProbe, timeoutMs: number): Promise<HealthProbeResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthProbeResult>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', details: { message: `no answer within ${timeoutMs} ms` } }), timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([ask(probe, timeoutMs * LOST), late]);
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

function ask(probe: HealthProbe, lostMs: number): Promise<HealthProbeResult> {
  const known = running.get(probe);
  if (known !== undefined && performance.now() - known.since < lostMs) return known.result;
  const asked: Running = { since: performance.now(), result: (async () => probe.check())() };
  running.set(probe, asked);
  const over = (): void => {
    if (running.get(probe) === asked) running.delete(probe);
  };
  asked.result.then(over, over);
  return asked.result;
}
