import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { CommandsNotLoadedError, MigrationsNotLoadedError } from './cli.errors.js';
import type { CliCommandSet } from './cli-command.js';
import type { MigrationSet } from '../migrations/migration.js';

interface PackageFile {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly minos?: { readonly migrations?: string; readonly commands?: string };
}

interface FoundPackage {
  readonly name: string;
  readonly folder: string;
  readonly migrations: string | undefined;
  readonly commands: string | undefined;
  readonly dependencies: readonly string[];
}

/**
 * The migrations of every package that ships some: the `@minos/*` packages that can be reached from `folder`, and the package of `folder` itself.
 * A package names the file in its `package.json` (`"minos": { "migrations": "./dist/…" }`), which exports `MIGRATIONS`. Packages come after those
 * that they depend on.
 */
export function findMigrationSets(folder: string): MigrationSet[] {
  return find(folder).flatMap(({ name, folder: at, migrations }) => {
    if (migrations === undefined) return [];
    const { MIGRATIONS } = load<{ MIGRATIONS?: MigrationSet }>(at, migrations, (why, cause) => {
      throw new MigrationsNotLoadedError(`${name} names ${migrations} as its migrations, which cannot be loaded: ${why}`, { cause });
    });
    if (MIGRATIONS === undefined) throw new MigrationsNotLoadedError(`${migrations} of ${name} does not export MIGRATIONS.`);
    return [MIGRATIONS];
  });
}

/** The commands of the same packages, from the file that each names in `"minos": { "commands": "./dist/…" }`, which exports `COMMANDS`. */
export function findCommandSets(folder: string): CliCommandSet[] {
  return find(folder).flatMap(({ name, folder: at, commands }) => {
    if (commands === undefined) return [];
    const { COMMANDS } = load<{ COMMANDS?: CliCommandSet }>(at, commands, (why, cause) => {
      throw new CommandsNotLoadedError(`${name} names ${commands} as its commands, which cannot be loaded: ${why}`, { cause });
    });
    if (COMMANDS === undefined) throw new CommandsNotLoadedError(`${commands} of ${name} does not export COMMANDS.`);
    return [COMMANDS];
  });
}

function find(folder: string): FoundPackage[] {
  const found = new Map<string, FoundPackage>();
  for (const candidate of candidates(resolve(folder))) {
    const read = readPackage(candidate);
    if (read !== undefined && !found.has(read.name)) found.set(read.name, read);
  }
  return inOrder(found);
}

/** Folders of packages, the nearest first. */
function candidates(start: string): string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(folder);
    const scope = join(folder, 'node_modules', '@minos');
    if (existsSync(scope)) folders.push(...readdirSync(scope).map((name) => join(scope, name)));
    if (dirname(folder) === folder) return folders;
  }
}

function readPackage(folder: string): FoundPackage | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { name, minos, dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as PackageFile;
  if (name === undefined || (minos?.migrations === undefined && minos?.commands === undefined)) return undefined;
  const at = (path: string | undefined): string | undefined => (path === undefined ? undefined : join(folder, path));
  return { name, folder, migrations: at(minos.migrations), commands: at(minos.commands), dependencies: Object.keys(dependencies) };
}

function inOrder(found: ReadonlyMap<string, FoundPackage>): FoundPackage[] {
  const ordered = new Set<FoundPackage>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    const one = found.get(name);
    if (one === undefined || ordered.has(one) || visiting.has(name)) return;
    visiting.add(name);
    one.dependencies.forEach(visit);
    ordered.add(one);
  };
  [...found.keys()].sort().forEach(visit);
  return [...ordered];
}

function load<T>(folder: string, file: string, refuse: (why: string, cause: unknown) => never): T {
  try {
    return createRequire(join(folder, 'package.json'))(file) as T;
  } catch (error) {
    return refuse(`${(error as Error).message}. In a workspace, build it first.`, error);
  }
}
