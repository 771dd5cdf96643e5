import { durationOf } from './duration.js';
import type { OptionFault } from './options.errors.js';

/** A value that was taken, or why it was not: one sentence, or faults with paths of their own. */
export type OptionOutcome<T> = { readonly value: T } | { readonly expected: string } | { readonly faults: readonly OptionFault[] };

/** How one option is read. Fields are values: every method returns a new one. */
export class OptionField<T> {
  constructor(
    /** Takes a value that is not `undefined`. `path` is where it stands. */
    readonly take: (value: unknown, path: string) => OptionOutcome<T>,
    /** What is used where the option is left out; a required option has none. */
    readonly fallback?: { readonly value: unknown },
    /** Whether the value is kept out of messages. */
    readonly hidden = false,
  ) {}

  /** Used where the option is left out; read like a given value. */
  default(value: unknown): OptionField<T> {
    return new OptionField(this.take, { value }, this.hidden);
  }

  /** May be left out. */
  optional(): OptionField<T | undefined> {
    return new OptionField<T | undefined>(this.take, { value: undefined }, this.hidden);
  }

  /** Passwords, keys, connection strings: messages do not show the value. */
  secret(): OptionField<T> {
    return new OptionField(this.take, this.fallback, true);
  }
}

export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
}

function when<T>(expected: string, accepts: (value: unknown) => value is T): OptionField<T> {
  return new OptionField<T>((value) => (accepts(value) ? { value } : { expected }));
}

function within(bounds: NumberBounds): string {
  const { min, max } = bounds;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` from ${min}`;
  return max === undefined ? '' : ` up to ${max}`;
}

function inBounds(value: number, { min = -Infinity, max = Infinity }: NumberBounds): boolean {
  return value >= min && value <= max;
}

/** The kinds of options. */
export const option = {
  string: (): OptionField<string> => when('text that is not empty', (value): value is string => typeof value === 'string' && value !== ''),
  boolean: (): OptionField<boolean> => when('true or false', (value): value is boolean => typeof value === 'boolean'),
  integer: (bounds: NumberBounds = {}): OptionField<number> =>
    when(
      `a whole number${within(bounds)}`,
      (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && inBounds(value, bounds),
    ),
  number: (bounds: NumberBounds = {}): OptionField<number> =>
    when(
      `a number${within(bounds)}`,
      (value): value is number => typeof value === 'number' && Number.isFinite(value) && inBounds(value, bounds),
    ),
  /** Read as milliseconds; so are the bounds. */
  duration: (bounds: NumberBounds = {}): OptionField<number> => {
    const expected = `a duration such as '30s' or '500ms', or milliseconds${within(bounds)}`;
    return new OptionField<number>((value) => {
      const milliseconds = durationOf(value);
      return milliseconds !== undefined && inBounds(milliseconds, bounds) ? { value: milliseconds } : { expected };
    });
  },
  oneOf: <const T extends string | number | boolean>(...choices: readonly T[]): OptionField<T> =>
    when(`one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`, (value): value is T =>
      choices.some((choice) => choice === value),
    ),
  /** Anything that `accepts` takes: classes, functions, ports. `expected` completes "expected …". */
  custom: <T>(expected: string, accepts: (value: unknown) => boolean): OptionField<T> =>
    when(expected, (value): value is T => accepts(value)),
  list: <T>(item: OptionField<T>): OptionField<readonly T[]> => new OptionField((value, path) => takeList(item, value, path)),
};

function takeList<T>(item: OptionField<T>, value: unknown, path: string): OptionOutcome<readonly T[]> {
  if (!Array.isArray(value)) return { expected: 'a list' };
  const faults: OptionFault[] = [];
  const taken: T[] = [];
  value.forEach((element: unknown, index) => {
    const outcome = item.take(element, `${path}[${index}]`);
    if ('value' in outcome) taken.push(outcome.value);
    else if ('faults' in outcome) faults.push(...outcome.faults);
    else faults.push({ path: `${path}[${index}]`, message: foundAndWanted(element, outcome.expected, item.hidden) });
  });
  return faults.length > 0 ? { faults } : { value: taken };
}

/** `found "ten"; give a whole number from 1` */
export function foundAndWanted(value: unknown, expected: string, hidden: boolean): string {
  if (value === undefined) return `is missing; give ${expected}`;
  return `found ${hidden ? 'a value that is not shown' : show(value)}; give ${expected}`;
}

function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
    case 'function':
      return `the function ${value.name || '(unnamed)'}`;
    case 'object':
      return showObject(value);
    default:
      return String(value);
  }
}

function showObject(value: object | null): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}
