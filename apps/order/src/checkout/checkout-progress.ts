import { hasEnded, type JournalEntry, type SagaInstance, type SagaStatus, statusOf } from '@minos/saga';

/** How far the checkout of an order is. */
export interface CheckoutProgress {
  readonly status: SagaStatus;
  /** The step that it is at, going forward or back; missing once it has ended. */
  readonly step?: string;
  /** What that step waits for: an answer, its next try, or an operator. */
  readonly waitingFor?: string;
  /** Why it is taken back: the code of a rejection, or what was not answered in time. */
  readonly reason?: string;
}

type Given = Pick<SagaInstance, 'phase' | 'parked' | 'steps'>;

/** Of a stored instance; `journal` is needed of one that goes back. */
export function progressOf(instance: Given, journal: readonly Pick<JournalEntry, 'kind' | 'data'>[]): CheckoutProgress {
  const status = statusOf(instance);
  const { parked } = instance;
  // Why is for the operator: it may be the text of an error.
  if (parked !== undefined) return { status, step: parked.step, waitingFor: 'an operator' };
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

/** Of a rejection the code alone: its text is for whoever asked, and may tell of others, such as what an account has. */
const CODE = /^([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+): /;
const SILENCE = /^not answered within \d+ ms$/;

function reasonIn(journal: readonly Pick<JournalEntry, 'kind' | 'data'>[]): { readonly reason?: string } {
  const text = journal.find(({ kind }) => kind === 'compensating')?.data?.['reason'];
  if (typeof text !== 'string') return {};
  const reason = CODE.exec(text)?.[1] ?? (SILENCE.test(text) ? text : undefined);
  return reason === undefined ? {} : { reason };
}
