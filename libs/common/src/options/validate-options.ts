import { foundAndWanted, OptionField } from './option-field.js';
import { OptionsInvalidError, type OptionFault } from './options.errors.js';

/** The fields of options, by name; a nested record is a group of options. */
export interface OptionFields {
  readonly [name: string]: OptionField<unknown> | OptionFields;
}

/** What {@link validateOptions} answers for these fields. */
export type ResolvedOptions<F extends OptionFields> = {
  readonly [K in keyof F]: F[K] extends OptionField<infer T> ? T : F[K] extends OptionFields ? ResolvedOptions<F[K]> : never;
};

/**
 * Reads options: fills in defaults, refuses unknown names (with the likely one), and reports all faults at once as `OPTIONS_INVALID`.
 * `name` is what the user knows the options by (`MinosModule.forRoot`). `given` is not altered; the answer is frozen and new.
 */
export function validateOptions<F extends OptionFields>(name: string, fields: F, given: unknown = {}): ResolvedOptions<F> {
  const faults: OptionFault[] = [];
  const resolved = resolveGroup(fields, given, '', faults);
  if (faults.length > 0) throw new OptionsInvalidError(name, faults);
  return resolved as ResolvedOptions<F>;
}

function resolveGroup(fields: OptionFields, given: unknown, path: string, faults: OptionFault[]): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    faults.push({ path: path || '(options)', message: foundAndWanted(given, 'an object', false) });
    return {};
  }
  const values = given as Readonly<Record<string, unknown>>;
  const resolved: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const at = join(path, name);
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    resolved[name] =
      field instanceof OptionField
        ? resolveField(field, value, at, faults)
        : resolveGroup(field, value === undefined ? {} : value, at, faults);
  }
  refuseUnknown(fields, values, path, faults);
  return Object.freeze(resolved);
}

function resolveField(field: OptionField<unknown>, given: unknown, path: string, faults: OptionFault[]): unknown {
  const value = given === undefined ? field.fallback?.value : given;
  if (value === undefined && field.fallback !== undefined) return undefined;
  const outcome = field.take(value, path);
  if ('value' in outcome) return outcome.value;
  if ('faults' in outcome) faults.push(...outcome.faults);
  else faults.push({ path, message: foundAndWanted(value, outcome.expected, field.hidden) });
  return undefined;
}

function refuseUnknown(fields: OptionFields, values: Readonly<Record<string, unknown>>, path: string, faults: OptionFault[]): void {
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(fields, name)) continue;
    const likely = nearest(name, Object.keys(fields));
    const advice = likely === undefined ? `known are: ${Object.keys(fields).join(', ')}` : `did you mean "${likely}"?`;
    faults.push({ path: join(path, name), message: `there is no such option; ${advice}` });
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The candidate that differs in the fewest letters, if they are few enough to be a slip. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((entry) => entry.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Levenshtein's. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
