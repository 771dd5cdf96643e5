import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ownFile } from './own-file.mjs';
import { ROOT, serviceNamed } from './services.mjs';

/**
 * The first admin, made once by the set-up command of auth: who that is stands in `.minos/admin.json`, ADMIN_EMAIL and ADMIN_PASSWORD choose it. Resolves with a line for people.
 */
export async function firstAdmin(databaseUrl) {
  const { ADMIN_EMAIL: email = 'admin@shop.example', ADMIN_PASSWORD: password = randomBytes(18).toString('base64url') } = process.env;
  const { file, content, isNew } = ownFile('admin.json', () => ({ email, password }));
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
  if (!printed.includes('ADMIN_EXISTS')) throw new Error(`The first admin could not be made:\n${printed}`);
  if (await canLogIn(content)) return `${content.email}; the password is in .minos/admin.json`;
  // What was made up just now is nobody's.
  if (isNew) rmSync(file);
  const what = isNew ? 'there is no .minos/admin.json to say who' : `${content.email} can not log in with .minos/admin.json`;
  return `made before, but ${what}; the demo needs ADMIN_EMAIL and ADMIN_PASSWORD`;
}

/** Ends the session that it opens. */
async function canLogIn({ email, password }) {
  const login = await posted('/auth/login', { email, password });
  if (!login.ok) return void (await login.arrayBuffer());
  const { refreshToken } = await login.json();
  await (await posted('/auth/logout', { refreshToken })).arrayBuffer();
  return true;
}

const posted = (path, body) =>
  fetch(`${serviceNamed('auth').base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
