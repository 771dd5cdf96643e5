import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';

/**
 * Runs `minos` on a database; `input` goes to its standard input. Resolves with its exit code and all that it printed.
 * @param {readonly string[]} args
 * @param {{ databaseUrl: string, input?: string }} options
 */
export async function runMinos(args, { databaseUrl, input = '' }) {
  const command = spawn(process.execPath, [join(ROOT, 'libs/postgres/bin/minos.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [command.stdout, command.stderr]) stream.on('data', (chunk) => (printed += chunk));
  command.stdin.end(input);
  const [code] = await once(command, 'close');
  return { code: code ?? 1, printed };
}
