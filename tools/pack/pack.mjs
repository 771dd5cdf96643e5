// @ts-check
// Packs every library that is not private as it would be published and lets publint and attw look at the tarballs.
// Usage: node tools/pack/pack.mjs <folder for the tarballs>
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../files.mjs';

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it ended well
 */
function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** @returns {string[]} the workspaces to pack, as arguments of npm */
function published() {
  return readdirSync(join(ROOT, 'libs')).flatMap((library) => {
    const { name, private: own } = JSON.parse(readFileSync(join(ROOT, 'libs', library, 'package.json'), 'utf8'));
    return own ? [] : ['--workspace', name];
  });
}

/** @param {string} folder */
function pack(folder) {
  mkdirSync(folder, { recursive: true });
  if (!run('npm', ['pack', ...published(), '--silent', '--ignore-scripts', '--pack-destination', folder])) return false;
  const tarballs = readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(folder, name));
  const checks = tarballs.map((tarball) => [
    run('npx', ['--no-install', 'publint', 'run', tarball, '--strict']),
    run('npx', ['--no-install', 'attw', tarball, '--profile', 'node16']),
  ]);
  return checks.flat().every(Boolean);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node tools/pack/pack.mjs <folder for the tarballs>');
if (!pack(resolve(folder))) process.exitCode = 1;
