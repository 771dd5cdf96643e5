import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { codeOf } from './consumer-faults.js';
import type { MessagingWatch } from './messaging-watch.js';

/** Whether this instance can ask, once it has begun to: it needs a place for replies. Answers from what the watch knows. */
@HealthProbe('requests')
export class RequestsProbe implements HealthProbe {
  constructor(private readonly watch: MessagingWatch) {}

  check(): HealthProbeResult {
    const { requests, placelessMs, settings } = this.watch;
    if (requests === undefined) return { status: 'up' };
    const { outstanding, oldestMs, error } = requests;
    const details = { outstanding, oldestSeconds: Math.round(oldestMs / 1000) };
    if (placelessMs < settings.stallAfter) return { status: 'up', details };
    const why = error === undefined ? '' : ` (${codeOf(error)})`;
    const fault = `it has had no place for replies for ${Math.round(placelessMs / 1000)} s${why}`;
    return {
      status: settings.brokerAway === 'ready' && codeOf(error) === 'BROKER_UNAVAILABLE' ? 'up' : 'down',
      details: { ...details, fault },
    };
  }
}
