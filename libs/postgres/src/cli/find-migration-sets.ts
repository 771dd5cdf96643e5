import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { MigrationSet } from '../migrations/migration.js';
import { MigrationsNotLoadedError } from './cli.errors.js';

interface PackageFile {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly minos?: { readonly migrations?: string };
}

interface FoundPackage {
  readonly name: string;
  readonly folder: string;
  readonly migrations: string;
  readonly dependencies: readonly string[];
}

/**
 * The migrations of every package that ships some: the `@minos/*` packages that can be reached from `folder`, and the package of `folder` itself.
 * A package names the file in its `package.json` (`"minos": { "migrations": "./dist/…" }`), which exports `MIGRATIONS`. Packages come after those
 * that they depend on.
 */
export function findMigrationSets(folder: string): MigrationSet[] {
  const found = new Map<string, FoundPackage>();
  for (const candidate of candidates(resolve(folder))) {
    const read = readPackage(candidate);
    if (read !== undefined && !found.has(read.name)) found.set(read.name, read);
  }
  return inOrder(found).map(load);
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
  const content = JSON.parse(readFileSync(file, 'utf8')) as PackageFile;
  const migrations = content.minos?.migrations;
  if (content.name === undefined || migrations === undefined) return undefined;
  return { name: content.name, folder, migrations: join(folder, migrations), dependencies: Object.keys(content.dependencies ?? {}) };
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

function load({ name, folder, migrations }: FoundPackage): MigrationSet {
  let module: { readonly MIGRATIONS?: MigrationSet };
  try {
    module = createRequire(join(folder, 'package.json'))(migrations) as typeof module;
  } catch (error) {
    throw new MigrationsNotLoadedError(
      `${name} names ${migrations} as its migrations, which cannot be loaded: ${(error as Error).message}. In a workspace, build it first.`,
      { cause: error },
    );
  }
  if (module.MIGRATIONS === undefined) throw new MigrationsNotLoadedError(`${migrations} of ${name} does not export MIGRATIONS.`);
  return module.MIGRATIONS;
}
