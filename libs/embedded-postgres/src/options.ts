import { resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { findWorkspaceRoot } from './workspace-root.js';

/** How {@link startPostgres} finds and starts a server. */
export interface StartPostgresOptions {
  /** Folder of the server; processes that name the same folder share one server. @default `.minos/postgres` in the workspace root */
  readonly directory?: string;
  /** Whether commits survive a loss of power. Only tests switch it off. @default true */
  readonly fsync?: boolean;
  /** Further settings of the server. They count when this call is the one that starts it. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether `DATABASE_URL`, where set, is used instead of a server of our own. @default true */
  readonly useDatabaseUrl?: boolean;
  /** Whether the process gives the server back on SIGINT, SIGTERM and SIGHUP, where nobody else listens to them. @default true */
  readonly handleSignals?: boolean;
  /** How long the server may take until it accepts connections, a recovery after a crash included. @default 60000 */
  readonly startTimeoutMs?: number;
  /** Told what is going on, a line at a time: the first start takes seconds. @default nothing */
  readonly onProgress?: (line: string) => void;
}

export type ResolvedOptions = Required<StartPostgresOptions>;

/** Settings that decide how the launcher finds and talks to the server. */
const RESERVED = new Set(['port', 'listen_addresses', 'unix_socket_directories', 'data_directory', 'fsync']);

/** Fills in the defaults; throws `EMBEDDED_POSTGRES_OPTIONS_INVALID` naming all faults at once. */
export function resolveOptions(options: StartPostgresOptions): ResolvedOptions {
  const faults = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : faultsOf(key, value)));
  if (faults.length > 0) {
    throw new EmbeddedPostgresError(
      'EMBEDDED_POSTGRES_OPTIONS_INVALID',
      `The options of startPostgres() cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
  return {
    directory: resolve(options.directory ?? resolve(findWorkspaceRoot(process.cwd()), '.minos', 'postgres')),
    fsync: options.fsync ?? true,
    settings: options.settings ?? {},
    useDatabaseUrl: options.useDatabaseUrl ?? true,
    handleSignals: options.handleSignals ?? true,
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
    onProgress: options.onProgress ?? (() => undefined),
  };
}

/** What each option must be, in words, and how it is told. */
const EXPECTED: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  directory: ['the path of a folder', (value) => typeof value === 'string' && value !== ''],
  fsync: ['true or false', isBoolean],
  useDatabaseUrl: ['true or false', isBoolean],
  handleSignals: ['true or false', isBoolean],
  startTimeoutMs: ['whole milliseconds above 0', (value) => Number.isInteger(value) && (value as number) > 0],
  onProgress: ['a function', (value) => typeof value === 'function'],
};

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function faultsOf(key: string, value: unknown): string[] {
  if (key === 'settings') return settingFaults(value);
  const expected = EXPECTED[key];
  if (expected === undefined) return [`${key}: no such option; there are ${[...Object.keys(EXPECTED), 'settings'].sort().join(', ')}`];
  return expected[1](value) ? [] : [`${key}: expected ${expected[0]}, found ${String(value)}`];
}

function settingFaults(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['settings: expected an object of names and strings'];
  return Object.entries(value).flatMap(([name, setting]) => {
    if (RESERVED.has(name)) return [`settings.${name}: is set by the launcher`];
    if (!/^[a-z_][a-z0-9_.]*$/.test(name)) return [`settings.${name}: not the name of a setting`];
    return typeof setting === 'string' ? [] : [`settings.${name}: expected a string, found ${typeof setting}`];
  });
}
