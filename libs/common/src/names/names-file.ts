import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RecordedNames } from './durable-names.js';

/** The difference between an application and its `minos.names.json`, in sentences. */
export interface NamesDifference {
  /** Recorded, but gone from the application. */
  readonly lost: readonly string[];
  /** In the application, but not recorded. */
  readonly added: readonly string[];
}

const KINDS = ['commands', 'queries', 'aggregates', 'projections', 'sagas', 'consumers', 'crons'] as const;
const SINGULAR: Readonly<Record<(typeof KINDS)[number], string>> = {
  commands: 'command',
  queries: 'query',
  aggregates: 'aggregate',
  projections: 'projection',
  sagas: 'saga',
  consumers: 'consumer',
  crons: 'cron',
};
const NO_NAMES: RecordedNames = {
  commands: [],
  queries: [],
  events: {},
  aggregates: [],
  projections: [],
  sagas: [],
  consumers: [],
  crons: [],
};

/** Compares the names of an application with the file that records them; a missing file records none. Reads synchronously. */
export function checkNames(current: RecordedNames, file: string): NamesDifference {
  const recorded = readNames(file);
  return { lost: missingFrom(current, recorded), added: missingFrom(recorded, current) };
}

/** Adds the names of an application to the file. Never takes one out: that is done by hand, by somebody who knows that it is unused. */
export function writeNames(current: RecordedNames, file: string): void {
  const merged = merge(readNames(file), current);
  writeFileSync(file, `${JSON.stringify(merged, undefined, 2)}\n`);
}

function readNames(file: string): RecordedNames {
  if (!existsSync(file)) return NO_NAMES;
  return { ...NO_NAMES, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<RecordedNames>) };
}

/** What `wanted` has and `names` lacks. */
function missingFrom(names: RecordedNames, wanted: RecordedNames): string[] {
  const missing = KINDS.flatMap((kind) =>
    wanted[kind].filter((name) => !names[kind].includes(name)).map((name) => `${SINGULAR[kind]} "${name}"`),
  );
  return [...missing, ...Object.entries(wanted.events).flatMap(([name, versions]) => missingVersions(name, names.events[name], versions))];
}

function missingVersions(event: string, known: readonly number[] | undefined, wanted: readonly number[]): string[] {
  if (known === undefined) return [`event "${event}"`];
  return wanted.filter((version) => !known.includes(version)).map((version) => `event "${event}" version ${version}`);
}

function merge(one: RecordedNames, other: RecordedNames): RecordedNames {
  const lists = Object.fromEntries(KINDS.map((kind) => [kind, union(one[kind], other[kind]).sort()]));
  const names = union(Object.keys(one.events), Object.keys(other.events)).sort();
  const events = names.map((name) => [name, union(one.events[name] ?? [], other.events[name] ?? []).sort((a, b) => a - b)] as const);
  return { ...NO_NAMES, ...lists, events: Object.fromEntries(events) };
}

function union<T>(one: readonly T[], other: readonly T[]): T[] {
  return [...new Set([...one, ...other])];
}
