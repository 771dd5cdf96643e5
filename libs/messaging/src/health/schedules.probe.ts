import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { codeOf } from './consumer-faults.js';
import type { MessagingWatch } from './messaging-watch.js';
import { silenceOf } from './sample.js';

/** Whether what is due leaves. Answers from what the watch knows. */
@HealthProbe('schedules')
export class SchedulesProbe implements HealthProbe {
  constructor(private readonly watch: MessagingWatch) {}

  check(): HealthProbeResult {
    const { schedules } = this.watch;
    if (schedules === undefined) return { status: 'up' };
    const { progress, error } = schedules;
    const { isSilent, isHeld } = silenceOf(schedules, { now: this.watch.now(), settings: this.watch.settings });
    if (progress === undefined || isSilent) {
      const fault = `the storage has not said what is due (${codeOf(error)})`;
      return isHeld ? { status: 'down', details: { fault } } : { status: 'up' };
    }
    const details = { pending: progress.pending, overdueSeconds: Math.round(progress.overdueSeconds) };
    if (!progress.running) return { status: 'down', details: { ...details, fault: 'it is stopped' } };
    if (!progress.stalled) return { status: 'up', details };
    const why = progress.error === undefined ? '' : ` (${codeOf(progress.error)})`;
    return { status: 'down', details: { ...details, fault: `a message has been due for ${details.overdueSeconds} s${why}` } };
  }
}
