import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isMinosError, SystemClock } from '@minos/common';
import type { CliCommand } from '@minos/postgres';
import { serverOn } from '../auth-server-kit.js';
import { loadArgon2 } from '../passwords/load-argon2.js';
import { type AuthDatabase, openAuthDatabase } from '../postgres/auth-database-kit.js';
import { postgresAuthStorage } from '../postgres/postgres-auth-storage.js';
import { COMMANDS } from './index.js';

const [GROUP] = COMMANDS.commands as unknown as readonly [{ readonly commands: readonly CliCommand[] }];

describe('minos auth', () => {
  let given: AuthDatabase;
  const keyBefore = process.env['AUTH_KEY_ENCRYPTION_KEY'];
  const key = randomBytes(32).toString('hex');
  beforeAll(async () => {
    process.env['AUTH_KEY_ENCRYPTION_KEY'] = key;
    given = await openAuthDatabase();
  });
  afterAll(async () => {
    if (keyBefore === undefined) delete process.env['AUTH_KEY_ENCRYPTION_KEY'];
    else process.env['AUTH_KEY_ENCRYPTION_KEY'] = keyBefore;
    await given?.close();
  });
  beforeEach(() => given.empty());

  const server = () =>
    serverOn(postgresAuthStorage(given.database), new SystemClock(), { options: { keyEncryptionKey: key }, argon2: loadArgon2() });

  const minos = async (name: string, args: readonly string[] = [], input = ''): Promise<{ code: number; text: string }> => {
    const command = GROUP.commands.find((one) => one.name === name) as CliCommand;
    const lines: string[] = [];
    const { values } = parseArgs({ args: [...args], options: { ...command.options } });
    try {
      const code = await command.run({
        print: (line) => void lines.push(line),
        options: values,
        folder: process.cwd(),
        hasDatabase: true,
        sets: () => [],
        database: () => given.database,
        input: async () => Buffer.from(input),
      });
      return { code, text: lines.join('\n') };
    } catch (error) {
      if (!isMinosError(error)) throw error;
      return { code: error.code === 'CLI_USAGE' ? 2 : 1, text: `${error.code}: ${error.message}` };
    }
  };
  const createAdmin = (password = 'a quiet forest\n', email = 'boss@example.org') =>
    minos('create-admin', ['--email', email, '--password-stdin', '--by', 'ops'], password);

  it('makes the first administrator once, who can sign in', async () => {
    const made = await createAdmin();
    expect(made).toEqual({
      code: 0,
      text: expect.stringMatching(/^Made the account [0-9a-f-]{36} \(boss@example\.org\), and gave it the role "admin"\.$/) as string,
    });
    expect(made.text).not.toContain('forest');
    expect(await createAdmin('another forest', 'other@example.org')).toMatchObject({
      code: 1,
      text: expect.stringContaining('ADMIN_EXISTS') as string,
    });
    const auth = server();
    await auth.keys.start();
    await expect(auth.logins.login({ email: 'boss@example.org', password: 'a quiet forest', address: '192.0.2.1' })).resolves.toBeDefined();
  });

  it('teaches what is missing or wrong, without showing the password', async () => {
    expect(await minos('create-admin', ['--email', 'boss@example.org'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('--password-stdin') as string,
    });
    expect(await minos('create-admin', ['--password-stdin'])).toMatchObject({ code: 2 });
    const short = await createAdmin('s3cr3t');
    expect(short).toEqual({ code: 2, text: 'CLI_USAGE: password must have at least 8 characters.' });
    expect(await createAdmin('a quiet forest', 'boss')).toMatchObject({ code: 2 });
    expect(await createAdmin('')).toMatchObject({ code: 2 });
  });

  it('lists accounts, disables one and lets it in again', async () => {
    await createAdmin();
    const auth = server();
    const { userId } = await auth.registration.register({ email: 'ann@example.org', password: 'a quiet forest', address: '192.0.2.1' });
    expect((await minos('users')).text).toMatch(/ID +EMAIL +STATE +SINCE +ROLES\n/);
    const listed = JSON.parse((await minos('users', ['--json'])).text) as { email: string }[];
    expect(listed.map(({ email }) => email).sort()).toEqual(['ann@example.org', 'boss@example.org']);
    expect((await minos('users', ['--json'])).text).not.toContain('argon2');
    expect(await minos('disable', ['--email', 'Ann@example.org'])).toMatchObject({
      code: 0,
      text: expect.stringContaining('is disabled') as string,
    });
    expect((await postgresAuthStorage(given.database).accounts.find(userId))?.disabled).toBe(true);
    expect(await minos('enable', ['--id', userId])).toMatchObject({ code: 0 });
    expect((await postgresAuthStorage(given.database).accounts.find(userId))?.disabled).toBe(false);
    for (const args of [[], ['--id', userId, '--email', 'ann@example.org'], ['--id', 'x'], ['--email', 'nobody@example.org']])
      expect(await minos('disable', args)).toMatchObject({ code: 2 });
  });

  it('gives a forgotten password anew, which ends all sessions and is in the audit log', async () => {
    await createAdmin();
    const auth = server();
    await auth.keys.start();
    const boss = { email: 'boss@example.org', address: '192.0.2.1' };
    const { refreshToken } = await auth.logins.login({ ...boss, password: 'a quiet forest' });
    const set = (args: readonly string[], input: string) => minos('set-password', [...args, '--by', 'ops'], input);
    const done = await set(['--email', 'Boss@Example.org', '--password-stdin'], 'a louder forest\n');
    expect(done).toMatchObject({ code: 0, text: expect.stringMatching(/has the new password; its sessions have ended/) as string });
    expect(done.text).not.toContain('louder');
    await expect(auth.sessions.refresh(refreshToken, boss.address)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    await expect(auth.logins.login({ ...boss, password: 'a quiet forest' })).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
    await expect(auth.logins.login({ ...boss, password: 'a louder forest' })).resolves.toBeDefined();
    expect(await postgresAuthStorage(given.database).revocations.since(0n, 10)).toHaveLength(1);
    expect((await minos('audit')).text).toMatch(/password\.changed .*cli:ops/);
    const [{ id }] = JSON.parse((await minos('users', ['--json'])).text) as [{ id: string }];
    await minos('disable', ['--id', id]);
    expect((await set(['--id', id, '--password-stdin'], 'the third forest')).text).toContain('disabled still');
  });

  it('teaches what is missing or wrong of a new password, and changes nothing', async () => {
    await createAdmin();
    const before = await postgresAuthStorage(given.database).accounts.findByEmail('', 'boss@example.org');
    const email = ['--email', 'boss@example.org'];
    for (const [args, input, text] of [
      [email, 'a louder forest', '--password-stdin'],
      [[...email, '--password-stdin'], 'short', 'at least 8 characters'],
      [[...email, '--password-stdin'], '', 'at least 8 characters'],
      [[...email, '--password-stdin'], 'boss@example.org', 'e-mail address'],
      [['--password-stdin'], 'a louder forest', '--id or --email'],
      [['--email', 'nobody@example.org', '--password-stdin'], 'a louder forest', 'no such account'],
      [['--email', 'nobody', '--password-stdin'], 'a louder forest', 'e-mail address'],
    ] as const)
      expect(await minos('set-password', args, input)).toMatchObject({ code: 2, text: expect.stringContaining(text) as string });
    expect(await postgresAuthStorage(given.database).accounts.findByEmail('', 'boss@example.org')).toEqual(before);
  });

  it('rotates keys that the server goes on with', async () => {
    const auth = server();
    await auth.keys.start();
    const { kid } = await auth.keys.current();
    expect((await minos('rotate-keys')).text).toContain('signs in 15 minutes');
    expect((await auth.keys.published()).signing).toHaveLength(2);
    expect((await auth.keys.current()).kid).toBe(kid);
    const { text } = await minos('rotate-keys', ['--compromised', '--by', 'ops']);
    const replica = server();
    await replica.keys.start();
    expect(text).toContain((await replica.keys.current()).kid);
    expect((await replica.keys.published()).signing).toHaveLength(1);
    expect((await minos('audit')).text).toMatch(/keys\.rotated .*cli:ops/);
  });
});
