import { readFileSync } from 'node:fs';
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
const RUNTIME = ['@minos/nest', '@minos/common', '@minos/cqrs', '@minos/event-sourcing', '@minos/saga'];
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
  const dependencies = withMissing(manifest, manifest.dependencies, runtime);
  const devDependencies = withMissing(manifest, manifest.devDependencies, development);
  if (dependencies === manifest.dependencies && devDependencies === manifest.devDependencies) return false;
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  tree.overwrite('/package.json', `${JSON.stringify({ ...manifest, dependencies, devDependencies }, undefined, indent)}\n`);
  return true;
}

/** What is there, and, in the order of the alphabet, what is missing; the same object where nothing is. */
function withMissing(
  { dependencies, devDependencies }: Manifest,
  present: Record<string, string> | undefined,
  wanted: Record<string, string>,
): Record<string, string> | undefined {
  const missing = Object.entries(wanted).filter(([name]) => !(name in { ...dependencies, ...devDependencies }));
  if (missing.length === 0) return present;
  return Object.fromEntries([...Object.entries(present ?? {}), ...missing].sort(([a], [b]) => (a < b ? -1 : 1)));
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

/** The package stands two folders above this file, built or not. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  return version;
}
