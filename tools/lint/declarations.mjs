// @ts-check
// The declarations that a consumer's compiler reads through a main entry name no optional peer: it may not be installed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../files.mjs';

/** @typedef {{ name: string, types: string, dependencies?: Record<string, string>, peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }> }} Manifest */

/**
 * Every module that a declaration file imports, `import('x')` types and `/// <reference types>` included.
 * @param {string} text
 * @returns {string[]}
 */
export function importsOf(text) {
  const info = ts.preProcessFile(text, true, true);
  return [...info.importedFiles, ...info.typeReferenceDirectives].map((reference) => reference.fileName);
}

/**
 * @param {string} specifier
 * @returns {string}
 */
function packageOf(specifier) {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Whether a consumer's compiler finds the types of a required package: they are in it, or their package is required too.
 * @param {Manifest} manifest
 * @param {string} specifier
 * @returns {boolean}
 */
function bringsTypes(manifest, specifier) {
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const { resolvedModule } = ts.resolveModuleName(specifier, join(ROOT, 'index.ts'), options, ts.sys);
  const file = resolvedModule?.resolvedFileName ?? '';
  return /\.d\.[cm]?ts$/.test(file) && (!file.includes('/@types/') || requires(manifest, `@types/${packageOf(specifier)}`));
}

/**
 * @param {Manifest} manifest
 * @param {string} name
 * @returns {boolean}
 */
function requires({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }, name) {
  return name in dependencies || (name in peerDependencies && !peerDependenciesMeta[name]?.optional);
}

/**
 * @param {Manifest} manifest
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with the import
 */
export function faultOf(manifest, specifier) {
  const name = packageOf(specifier);
  if (specifier.startsWith('node:') || name === 'node') return undefined;
  if (!requires(manifest, name)) return 'is no required dependency of the package';
  return bringsTypes(manifest, specifier) ? undefined : `brings no types of its own: require @types/${name}`;
}

/**
 * @param {Manifest} manifest
 * @param {string} entry absolute path of the main declaration file
 * @returns {string[]}
 */
export function leaksOf(manifest, entry) {
  const seen = new Set();
  const waiting = [entry];
  const leaks = [];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) waiting.push(resolve(dirname(file), specifier.replace(/\.js$/, '.d.ts')));
      else leaks.push([file, specifier, faultOf(manifest, specifier)]);
    }
  }
  return leaks.flatMap(([file, specifier, fault]) => (fault ? [`${relative(ROOT, String(file))}: '${specifier}' ${fault}`] : []));
}

function main() {
  const folders = readdirSync(join(ROOT, 'libs')).map((name) => join(ROOT, 'libs', name));
  const leaks = folders.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const entry = join(folder, manifest.types);
    return existsSync(entry) ? leaksOf(manifest, entry) : [`${relative(ROOT, entry)} is missing: build first`];
  });
  for (const leak of leaks) console.error(leak);
  if (leaks.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
