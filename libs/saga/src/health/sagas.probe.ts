import { HealthProbe, type HealthProbeResult, isMinosError } from '@minos/common';
import type { SagaRunnerStatus } from '../engine/saga-runner.js';
import type { SagaWatch } from './saga-watch.js';

/** Whether what is due of sagas is done. An instance that waits for an operator is shown, and makes nothing unhealthy: only people help there. */
@HealthProbe('sagas')
export class SagasProbe implements HealthProbe {
  /** Without a watch there are no sagas. */
  constructor(private readonly watch?: SagaWatch) {}

  check(): HealthProbeResult {
    const { watch } = this;
    if (watch === undefined || !watch.active) return { status: 'up' };
    const { status } = watch;
    if (watch.isSilent) return { status: 'down', details: { fault: `the storage has not said what is due (${codeOf(watch.error)})` } };
    return status === undefined ? { status: 'up' } : resultOf(status);
  }
}

function resultOf({ running, compensating, parked, overdueSeconds, active, stalled, error }: SagaRunnerStatus): HealthProbeResult {
  const overdue = Math.round(overdueSeconds);
  const details = { running, compensating, parked, overdueSeconds: overdue, ...(parked > 0 ? { warning: warningOf(parked) } : {}) };
  if (!active) return { status: 'down', details: { ...details, fault: 'nothing looks for what is due: it is stopped' } };
  if (!stalled) return { status: 'up', details };
  const why = error === undefined ? '' : ` (${codeOf(error)})`;
  return { status: 'down', details: { ...details, fault: `an instance has been due for ${overdue} s${why}` } };
}

function warningOf(parked: number): string {
  return `${parked === 1 ? 'an instance waits' : `${parked} instances wait`} for an operator: npx minos sagas list --status parked`;
}

/** Never a message, which may say where the database is. */
function codeOf(error: unknown): string {
  if (isMinosError(error)) return error.code;
  return error instanceof Error ? error.name : 'no answer';
}
