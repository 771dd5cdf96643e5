import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { faultsOf, type ConsumerFault } from './consumer-faults.js';
import type { ConsumerObservation } from './consumer-observation.js';
import type { MessagingWatch } from './messaging-watch.js';

/** Whether the consumers of the process move while work waits. Answers from what the watch knows: no connection is opened, nobody is asked. */
@HealthProbe('consumers')
export class ConsumersProbe implements HealthProbe {
  constructor(private readonly watch: MessagingWatch) {}

  check(): HealthProbeResult {
    const now = this.watch.now();
    const found = this.watch.observations().map((one) => ({ one, faults: faultsOf(one, this.watch.settings, now) }));
    const isHeld = ({ because }: ConsumerFault): boolean => because === 'consumer' || this.watch.settings.brokerAway === 'not-ready';
    return {
      status: found.some(({ faults }) => faults.some(isHeld)) ? 'down' : 'up',
      details: Object.fromEntries(found.map(({ one, faults }) => [one.consumer.consumer, detailsOf(one, faults)])),
    };
  }
}

function detailsOf({ consumer, lag }: ConsumerObservation, faults: readonly ConsumerFault[]): Record<string, unknown> {
  const { partitions, parkedMessages, member } = consumer.status();
  return {
    state: member?.state ?? 'no member',
    partitions: partitions.length,
    inHand: partitions.reduce((sum, { inHand }) => sum + inHand, 0),
    ...(lag === undefined ? {} : { lagSeconds: Math.round(Math.max(0, ...lag.partitions.map(({ ageSeconds }) => ageSeconds))) }),
    parkedMessages,
    ...(faults.length === 0 ? {} : { faults: faults.map(({ text }) => text) }),
  };
}
