import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { runMinos } from './minos-command.mjs';
import { ownFile } from './own-file.mjs';
import { serviceNamed } from './services.mjs';

/** Who the admin of this checkout's shop is: `.minos/admin.json`; ADMIN_EMAIL and ADMIN_PASSWORD choose it when the file is made. */
export function adminLogin() {
  const { ADMIN_EMAIL: email = 'admin@shop.example', ADMIN_PASSWORD: password = randomBytes(18).toString('base64url') } = process.env;
  return ownFile('admin.json', () => ({ email, password }));
}

/** Makes the first admin of a database of auth; a second one is refused. Resolves with the exit code of the command and what it printed. */
export function createAdmin({ email, password, databaseUrl }) {
  return runMinos(['auth', 'create-admin', '--email', email, '--password-stdin'], { databaseUrl, input: `${password}\n` });
}

/** The first admin, made once by the set-up command of auth. Resolves with a line for people. */
export async function firstAdmin(serverUrl) {
  const { file, content, isNew } = adminLogin();
  const url = new URL(serverUrl);
  url.pathname = '/auth';
  const { code, printed } = await createAdmin({ ...content, databaseUrl: url.href });
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
