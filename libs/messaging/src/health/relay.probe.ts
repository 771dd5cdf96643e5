import { HealthProbe, isMinosError, type HealthProbeResult } from '@minos/common';
import { codeOf } from './consumer-faults.js';
import type { MessagingWatch, RelaySample } from './messaging-watch.js';
import { silenceOf } from './sample.js';

/** Whether what waits in the outbox leaves. Answers from what the watch knows. */
@HealthProbe('relay')
export class RelayProbe implements HealthProbe {
  constructor(private readonly watch: MessagingWatch) {}

  check(): HealthProbeResult {
    const { watch } = this;
    if (!watch.hasRelay || watch.relay === undefined) return { status: 'up' };
    const fault = this.faultOf(watch.relay);
    return { status: fault?.isHeld ? 'down' : 'up', details: { ...detailsOf(watch.relay), ...(fault && { fault: fault.text }) } };
  }

  private faultOf(sample: RelaySample): { readonly text: string; readonly isHeld: boolean } | undefined {
    const { progress, error } = sample;
    const { settings } = this.watch;
    const { isSilent, isHeld } = silenceOf(sample, { now: this.watch.now(), settings });
    if (progress === undefined || isSilent) {
      if (error === undefined && !isHeld) return undefined;
      return { text: `the outbox has not said what waits (${codeOf(error)})`, isHeld };
    }
    if (!progress.running) return { text: 'it is stopped', isHeld: true };
    if (isMinosError(progress.error, 'BROKER_UNAVAILABLE')) {
      return { text: 'the broker does not answer; what is sent waits in the outbox', isHeld: settings.brokerAway === 'not-ready' };
    }
    if (!progress.stalled) return undefined;
    const why = progress.error === undefined ? '' : ` (${codeOf(progress.error)})`;
    return { text: `messages wait, and none has left for ${Math.round(progress.unmovedSeconds)} s${why}`, isHeld: true };
  }
}

function detailsOf({ progress }: RelaySample): Record<string, unknown> {
  if (progress === undefined) return {};
  const { unsent, oldestSeconds, refusedKeys, heldGroups, missingChannels } = progress;
  return {
    unsent,
    oldestSeconds: Math.round(oldestSeconds),
    refusedKeys,
    groups: heldGroups.length,
    ...(missingChannels.length === 0 ? {} : { missingChannels }),
  };
}
