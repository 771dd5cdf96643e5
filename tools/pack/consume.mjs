// @ts-check
// Installs packed tarballs in an empty folder, beside the examples, and runs them there.
// Usage: node tools/pack/consume.mjs <folder of the tarballs> <consumer>
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../files.mjs';

const CONSUMERS = join(import.meta.dirname, 'consumers');

/**
 * @param {string} folder
 * @param {string} command
 * @param {string[]} args
 */
function run(folder, command, args) {
  console.log(`$ ${command} ${args.map((arg) => arg.split('/').at(-1)).join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${status}`);
}

/**
 * @param {string} tarballs
 * @param {string} consumer
 * @param {string} folder
 */
function consume(tarballs, consumer, folder) {
  const { minos } = JSON.parse(readFileSync(join(CONSUMERS, consumer, 'package.json'), 'utf8'));
  for (const part of [...(minos.bases ?? []), consumer]) cpSync(join(CONSUMERS, part), folder, { recursive: true });
  for (const example of minos.examples) cpSync(join(ROOT, 'examples', example), join(folder, 'src', example), { recursive: true });
  /** @type {string[]} */
  const wanted = minos.packages;
  const packed = readdirSync(tarballs).filter((name) => wanted.includes(name.replace(/^minos-(.+)-\d+\.\d+\.\d+.*$/, '$1')));
  if (packed.length !== wanted.length) throw new Error(`${tarballs} holds ${packed.join(', ')}; wanted ${wanted.join(', ')}`);
  run(folder, 'npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...packed.map((name) => join(tarballs, name)),
  ]);
  for (const absent of minos.absent ?? []) {
    if (readdirSync(join(folder, 'node_modules')).includes(absent)) throw new Error(`${absent} was installed, but must not be needed`);
  }
  run(folder, 'npm', ['run', '--silent', 'check']);
}

const [tarballs, consumer] = process.argv.slice(2);
if (tarballs === undefined || consumer === undefined)
  throw new Error('Usage: node tools/pack/consume.mjs <folder of the tarballs> <consumer>');
const folder = mkdtempSync(join(tmpdir(), `minos-${consumer}-`));
// The embedded server runs as another user when this runs as root.
chmodSync(folder, 0o755);
try {
  consume(resolve(tarballs), consumer, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
