import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { ownFile } from './own-file.mjs';
import { ROOT } from './services.mjs';

/**
 * The first admin, made once by the set-up command of auth: who that is stands in `.minos/admin.json`, ADMIN_EMAIL and ADMIN_PASSWORD choose it. Resolves with a line for people.
 */
export async function firstAdmin(databaseUrl) {
  const { ADMIN_EMAIL: email = 'admin@shop.example', ADMIN_PASSWORD: password = randomBytes(18).toString('base64url') } = process.env;
  const { content } = ownFile('admin.json', () => ({ email, password }));
  const url = new URL(databaseUrl);
  url.pathname = '/auth';
  const command = spawn(
    process.execPath,
    [join(ROOT, 'libs/postgres/bin/minos.js'), 'auth', 'create-admin', '--email', content.email, '--password-stdin'],
    { cwd: ROOT, env: { ...process.env, DATABASE_URL: url.href, NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [command.stdout, command.stderr]) stream.on('data', (chunk) => (printed += chunk));
  command.stdin.end(`${content.password}\n`);
  const [code] = await once(command, 'close');
  if (code === 0) return `${content.email} was made; the password is in .minos/admin.json`;
  if (printed.includes('ADMIN_EXISTS'))
    return `${content.email}, with the password in .minos/admin.json, unless somebody else set the shop up`;
  throw new Error(`The first admin could not be made:\n${printed}`);
}
