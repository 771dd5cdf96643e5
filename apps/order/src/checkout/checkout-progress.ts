import { hasEnded, type JournalEntry, type SagaInstance, type SagaStatus, statusOf } from '@minos/saga';

/** How far the checkout of an order is. */
export interface CheckoutProgress {
  readonly status: SagaStatus;
  /** The step that it is at, going forward or back; missing once it has ended. */
  readonly step?: string;
  /** What that step waits for: an answer, its next try, or an operator. */
  readonly waitingFor?: string;
  /** Why it is taken back, or parked. */
  readonly reason?: string;
}

type Given = Pick<SagaInstance, 'phase' | 'parked' | 'steps'>;

/** Of a stored instance; `journal` is needed of one that goes back. */
export function progressOf(instance: Given, journal: readonly Pick<JournalEntry, 'kind' | 'data'>[]): CheckoutProgress {
  const status = statusOf(instance);
  const { parked } = instance;
  if (parked !== undefined) return { status, step: parked.step, waitingFor: 'an operator', reason: parked.reason };
  if (hasEnded(instance)) return { status };
  return { status, ...openStep(instance), ...(instance.phase === 'compensating' ? reasonIn(journal) : {}) };
}

function openStep({ phase, steps }: Given): Pick<CheckoutProgress, 'step' | 'waitingFor'> {
  for (const [step, record] of Object.entries(steps)) {
    const { status, attempt } = phase === 'compensating' && record.undo !== undefined ? record.undo : record;
    if (status === 'waiting') return { step, waitingFor: attempt?.local ? `${attempt.command} here` : `the answer to ${attempt?.command}` };
    if (status === 'pausing') return { step, waitingFor: `the next try of ${attempt?.command}` };
  }
  return {};
}

function reasonIn(journal: readonly Pick<JournalEntry, 'kind' | 'data'>[]): { readonly reason?: string } {
  const reason = journal.find(({ kind }) => kind === 'compensating')?.data?.['reason'];
  return typeof reason === 'string' ? { reason } : {};
}
