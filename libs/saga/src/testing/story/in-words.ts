import type { JournalKind, SagaInstance, StepRecord } from '../../contracts/saga-instance.js';
import type { StoredEntry } from '../../contracts/saga-store.js';
import { hasEnded, statusOf } from '../../contracts/saga-instance.js';

type Words = (step: string, data: Readonly<Record<string, unknown>>) => string;

const WORDS: Readonly<Record<JournalKind, Words>> = {
  started: () => 'the saga starts',
  sent: (step, data) =>
    `${step}: ${data['saga'] === undefined ? `sends ${shown(data['command'])}` : `begins the saga ${shown(data['saga'])}`}${tries(data)}`,
  replied: (step) => `${step}: its reply is taken in`,
  rejected: (step, data) => `${step}: rejected with ${shown(data['code'])} (${shown(data['message'])})`,
  'timed-out': (step, data) => `${step}: not answered within ${shown(data['afterMs'])} ms`,
  retried: (step, data) => `${step}: tried again${tries(data)}`,
  failed: (step, data) => `${step}: failed: ${shown(data['reason'])}`,
  late: (step) => `${step}: an answer came too late and is not applied`,
  refused: (step, data) => `${step === '' ? '' : `${step}: `}an answer is refused: ${shown(data['reason'])}`,
  chosen: (step, data) => `${step}: goes the way "${shown(data['branch'])}"`,
  compensating: (step, data) => `the saga turns back at ${step}: ${shown(data['reason'])}`,
  'undo-sent': (step, data) => `${step}: sends its compensation ${shown(data['command'])}${tries(data)}`,
  undone: (step) => `${step}: taken back`,
  parked: (step, data) => `${step}: the saga is parked: ${shown(data['reason'])}`,
  operated: (step, data) => `an operator: ${step} ${JSON.stringify(data)}`,
  completed: () => 'the saga is completed',
  compensated: () => 'the saga is compensated',
};

/** An entry of the journal as a sentence. */
export function entryInWords({ kind, step = '', data = {} }: Pick<StoredEntry, 'kind' | 'step' | 'data'>): string {
  return WORDS[kind](step, data);
}

/** Where an instance is. */
export function instanceInWords(instance: SagaInstance): string {
  const { name, version, parked, steps, state } = instance;
  const where = parked === undefined ? statusOf(instance) : `parked at ${parked.step}: ${parked.reason}`;
  const each = Object.entries(steps).map(([step, record]) => `${step} ${recordInWords(record)}`);
  const open = hasEnded(instance) ? [] : each;
  return [`${name} (version ${version}) is ${where}.`, ...open.map((one) => `  ${one}`), `  Its state: ${JSON.stringify(state)}`].join(
    '\n',
  );
}

function recordInWords({ status, attempt, undo }: StepRecord): string {
  const what = undo === undefined ? status : `${status}, its compensation ${undo.status}`;
  const open = undo === undefined ? attempt : undo.attempt;
  const isWaiting = (undo?.status ?? status) === 'waiting';
  return isWaiting && open !== undefined ? `${what} for ${open.command}` : what;
}

function tries({ attempt }: Readonly<Record<string, unknown>>): string {
  return typeof attempt === 'number' && attempt > 1 ? ` (try ${attempt})` : '';
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
