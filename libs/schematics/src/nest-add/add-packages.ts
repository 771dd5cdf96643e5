import { join } from 'node:path';
import type { Tree } from '../contracts/workspace.js';
import { NestVersionUnsupportedError } from '../errors/schematic.errors.js';
import { readText } from '../project/read-source.js';

/** What package.json says of dependencies. */
interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The libraries of a release belong together, so they are asked for in exactly one version. */
const RUNTIME = ['@minos/nest', '@minos/common', '@minos/cqrs', '@minos/event-sourcing'];
const DEVELOPMENT = ['@minos/embedded-postgres', '@minos/schematics'];

/** Adds the packages that a service needs to package.json, and says whether any was missing. Throws `NEST_VERSION_UNSUPPORTED`. */
export function addPackages(tree: Tree): boolean {
  const text = readText(tree, '/package.json');
  const manifest = JSON.parse(text) as Manifest;
  const nest = nestMajor(manifest);
  const runtime = {
    ...inVersion(RUNTIME, ownVersion()),
    ...inVersion(['@nestjs/cqrs', '@nestjs/terminus'], `^${nest}.0.0`),
    pg: '^8.16.0',
    'prom-client': '^15.0.0',
  };
  const development = { ...inVersion(DEVELOPMENT, ownVersion()), ...inVersion(['@nestjs/testing'], `^${nest}.0.0`) };
  const next: Manifest = {
    ...manifest,
    dependencies: withMissing(manifest, manifest.dependencies, runtime),
    devDependencies: withMissing(manifest, manifest.devDependencies, development),
  };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const changed = JSON.stringify(next) !== JSON.stringify({ dependencies: {}, devDependencies: {}, ...manifest });
  if (changed) tree.overwrite('/package.json', `${JSON.stringify(next, undefined, indent)}\n`);
  return changed;
}

function withMissing(
  { dependencies, devDependencies }: Manifest,
  present: Record<string, string> = {},
  wanted: Record<string, string>,
): Record<string, string> {
  const missing = Object.entries(wanted).filter(([name]) => !(name in { ...dependencies, ...devDependencies }));
  if (missing.length === 0) return present;
  return Object.fromEntries([...Object.entries(present), ...missing].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function inVersion(names: readonly string[], version: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, version]));
}

function nestMajor({ dependencies = {} }: Manifest): number {
  const range = dependencies['@nestjs/core'] ?? 'none';
  const major = Number(/\d+/.exec(range)?.[0]);
  if (major !== 11 && major !== 12) throw new NestVersionUnsupportedError(range);
  return major;
}

function ownVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file stands beside the folder of this code in every layout
  return (require(join(__dirname, '../../package.json')) as { version: string }).version;
}
