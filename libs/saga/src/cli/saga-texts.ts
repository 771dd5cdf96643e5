import { isoTime, printable, short } from '@minos/postgres';
import type { SagaWait } from '../contracts/saga-operation.js';
import type { SagaView } from '../operations/saga-views.js';

type Json = Readonly<Record<string, unknown>>;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** In its largest whole unit: `3m`. */
export function ageText(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, one]) => milliseconds >= one) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(milliseconds / size))}${unit}`;
}

/** `the answer to money.take (take-money) until 2026-…Z` */
export function waitText({ step, for: what, undo, command = '', attempt = 1, dueAt, reason }: SagaWait): string {
  const name = printable(step);
  const of = undo ? `, the compensation of ${name}` : ` (${name})`;
  const until = dueAt === undefined ? '' : ` ${what === 'local' ? 'from' : 'until'} ${isoTime(dueAt)}`;
  const tries = attempt > 1 ? `, try ${attempt}` : '';
  const texts: Record<SagaWait['for'], string> = {
    operator: `an operator at ${name}: ${short(reason ?? '', 200)}`,
    answer: `the answer to ${printable(command)}${of}${tries}${until}`,
    saga: `the saga ${printable(command)}${of}${until}`,
    local: `${printable(command)} to run here${of}${tries}${until}`,
    pause: `the next try of ${printable(command)}${of}${until}${reason === undefined ? '' : ` after: ${short(reason, 120)}`}`,
  };
  return texts[what];
}

export function nameText({ name, version, id, key }: Pick<SagaView, 'name' | 'version' | 'id' | 'key'>): string {
  return `${printable(name)} v${version} ${id}${key === undefined ? '' : `, key ${printable(key)}`}`;
}

/** Times become ISO texts. */
export function timed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Json).map(([name, one]) => [
      name,
      isTime(name, one) ? new Date(one).toISOString() : timedUnlessData(name, one),
    ]),
  );
}

const TIMES = new Set(['at', 'dueAt', 'startedAt', 'changedAt', 'endedAt', 'wakeAt']);
/** What the application has put there stays as it is. */
const DATA = new Set(['state', 'before', 'output', 'outcome', 'data', 'body']);

function isTime(name: string, value: unknown): value is number {
  return TIMES.has(name) && typeof value === 'number';
}

function timedUnlessData(name: string, value: unknown): unknown {
  return DATA.has(name) ? value : timed(value);
}
