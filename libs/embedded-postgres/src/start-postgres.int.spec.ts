import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { until } from '@minos/common/testing';
import { isAlive } from '../../../tools/testing/scratch-server.js';
import { startPostgres } from './start-postgres.js';
import { createDatabase } from './create-database.js';

jest.setTimeout(400_000);

/** The package as it is shipped; `npm test` builds before it runs. */
const PACKAGE = resolve(__dirname, '../dist/index.js');

interface User {
  readonly process: ChildProcess;
  readonly url: string;
  readonly reused: boolean;
}

describe('startPostgres', () => {
  let directory: string;
  let users: User[];
  const pidOf = (): number => Number(readFileSync(join(home(), 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const home = (): string => join(directory, readdirSync(directory).find((name) => /^\d+$/.test(name)) ?? 'none');

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-embedded-'));
    await chmod(directory, 0o755);
    users = [];
  });
  afterEach(async () => {
    for (const { process: user } of users) user.kill('SIGKILL');
    const last = await startPostgres({ directory, fsync: false, useDatabaseUrl: false });
    await last.stop();
    expect(existsSync(join(home(), 'data', 'postmaster.pid'))).toBe(false);
    await rm(directory, { recursive: true, force: true });
  });

  /** A process of its own that starts the server, prints where it is, and then stays until it is told to end. */
  const startUser = async (onSignal = ''): Promise<User> => {
    const script = `
      const { startPostgres } = require(${JSON.stringify(PACKAGE)});
      ${onSignal}
      startPostgres({ directory: ${JSON.stringify(directory)}, fsync: false, useDatabaseUrl: false }).then((server) => {
        console.log(JSON.stringify({ url: server.url, reused: server.reused }));
        process.stdin.once('data', () => server.stop().then(() => process.stdin.destroy()));
      });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const line = await new Promise<string>((done, fail) => {
      createInterface(child.stdout).once('line', done);
      child.once('exit', (code) => fail(new Error(`the user ended with ${code}`)));
    });
    const user = { process: child, ...(JSON.parse(line) as { url: string; reused: boolean }) };
    users.push(user);
    return user;
  };
  const end = (user: User, signal: NodeJS.Signals): Promise<NodeJS.Signals | number | null> =>
    new Promise((done) => {
      user.process.once('exit', (code, by) => done(by ?? code));
      user.process.kill(signal);
    });
  const ask = async (url: string, statement: string): Promise<Record<string, unknown> | undefined> => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows[0];
    } finally {
      await client.end();
    }
  };

  it('starts a server on the loopback address with what the suite needs', async () => {
    const lines: string[] = [];
    const server = await startPostgres({ directory, fsync: false, useDatabaseUrl: false, onProgress: (line) => lines.push(line) });
    const settings = `select current_setting('listen_addresses') as addresses, current_setting('max_connections') as connections,
      current_setting('max_prepared_transactions') as prepared, current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
      current_setting('TimeZone') as zone, 'ä' < 'z' as linguistic, upper('ä') as upper`;
    expect(await ask(server.url, settings)).toEqual({
      addresses: '127.0.0.1',
      connections: '200',
      prepared: '0',
      fsync: 'off',
      encoding: 'UTF8',
      zone: 'UTC',
      linguistic: false,
      upper: 'Ä',
    });
    expect(lines).toEqual([expect.stringContaining('Making a PostgreSQL'), expect.stringContaining('is up on 127.0.0.1')]);
    expect([server.source, server.version]).toEqual(['embedded', expect.stringMatching(/^18\.\d+$/)]);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const urls = await Promise.all(Array.from({ length: 5 }, () => createDatabase(server.url, 'order')));
    expect(await ask(urls[4] ?? '', 'select current_database() as name')).toEqual({ name: 'order' });
    await expect(createDatabase(server.url, 'a"; drop')).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_DATABASE_NAME' });
    await server.stop();
    await server.stop();
  });

  it('is one server for processes that start at once, and ends with the last of them', async () => {
    const [first, second, third] = await Promise.all([startUser(), startUser(), startUser()]);
    expect(new Set(users.map(({ url }) => url)).size).toBe(1);
    expect(users.filter(({ reused }) => !reused)).toHaveLength(1);
    const postmaster = pidOf();
    expect(await end(first, 'SIGINT')).toBe('SIGINT');
    expect(await end(second, 'SIGTERM')).toBe('SIGTERM');
    expect(await ask(third.url, 'select 1 as one')).toEqual({ one: 1 });
    third.process.stdin?.write('stop\n');
    await until(() => !isAlive(postmaster), 'the end of the server');
    expect(readFileSync(join(home(), 'server.log'), 'utf8')).not.toContain('not properly shut down');
  });

  it("leaves a signal to the application that listens to it, and gives back at the process's end", async () => {
    const user = await startUser(`process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50));`);
    const postmaster = pidOf();
    expect(await end(user, 'SIGTERM')).toBe(7);
    await until(() => !isAlive(postmaster), 'the end of the server');
  });

  it('uses the running server after its processes were killed', async () => {
    const first = await startUser();
    const postmaster = pidOf();
    await end(first, 'SIGKILL');
    const second = await startUser();
    expect([second.reused, second.url, pidOf()]).toEqual([true, first.url, postmaster]);
    await end(second, 'SIGTERM');
    await until(() => !isAlive(postmaster), 'the end of the server');
  });

  it('starts twice after everything was killed, on the same address, with what was committed', async () => {
    for (const round of [1, 2, 3]) {
      const user = await startUser();
      expect(user.reused).toBe(false);
      await ask(user.url, 'create table if not exists kept (n int)');
      await ask(user.url, `insert into kept values (${round})`);
      const postmaster = pidOf();
      process.kill(postmaster, 'SIGKILL');
      await end(user, 'SIGKILL');
    }
    const last = await startUser();
    expect(last.url).toBe(users[0]?.url);
    expect(await ask(last.url, 'select count(*)::int as n from kept')).toEqual({ n: 3 });
  });

  it("does not take another process for the server whose number it has, nor a dead process's lock for a held one", async () => {
    await end(await startUser(), 'SIGTERM');
    writeFileSync(join(home(), 'data', 'postmaster.pid'), `${process.pid}\n${join(home(), 'data')}\n0\n5432\n\n127.0.0.1\n0 0\nready   \n`);
    writeFileSync(join(home(), 'start.lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
    writeFileSync(join(home(), 'users', `${process.pid}-1`), JSON.stringify({ pid: process.pid, started: 'long ago' }));
    const user = await startUser();
    expect(user.reused).toBe(false);
    const postmaster = pidOf();
    await end(user, 'SIGTERM');
    await until(() => !isAlive(postmaster), 'the end of the server');
  });

  it('refuses a running server that keeps its promises less', async () => {
    const user = await startUser();
    await expect(startPostgres({ directory, useDatabaseUrl: false })).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_SETTINGS_DIFFER' });
    expect(await ask(user.url, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('shows the end of the log when the server does not come up', async () => {
    const failing = startPostgres({ directory, fsync: false, useDatabaseUrl: false, settings: { shared_buffers: 'plenty' } });
    await expect(failing).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_START_FAILED',
      message: expect.stringContaining('shared_buffers'),
    });
  });

  it('keeps its data elsewhere where the user of the server cannot enter the folder', async () => {
    const closed = join(directory, 'closed');
    const run = promisify(execFile);
    const script = `
      require('node:fs').mkdirSync(${JSON.stringify(closed)}, { mode: 0o700 });
      require(${JSON.stringify(PACKAGE)}).startPostgres({ directory: ${JSON.stringify(join(closed, 'pg'))}, fsync: false, useDatabaseUrl: false })
        .then(async (server) => { await server.stop(); console.log(server.folder); });`;
    const { stdout } = await run(process.execPath, ['-e', script]);
    const folder = stdout.trim();
    const root = process.getuid?.() === 0;
    expect(folder.startsWith(root ? '/var/tmp/minos-postgres-' : closed)).toBe(true);
    if (root) await rm(resolve(folder, '..'), { recursive: true });
  });
});

describe('startPostgres without starting one', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('uses DATABASE_URL where it is set, also in production', async () => {
    process.env['DATABASE_URL'] = 'postgres://user@host/orders';
    process.env['NODE_ENV'] = 'production';
    const server = await startPostgres();
    expect(server).toMatchObject({ url: 'postgres://user@host/orders', source: 'DATABASE_URL' });
    await server.stop();
  });

  it('refuses to start a server in production', async () => {
    delete process.env['DATABASE_URL'];
    process.env['NODE_ENV'] = 'production';
    await expect(startPostgres()).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_IN_PRODUCTION',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('names all faults of its options at once', async () => {
    const wrong = { directory: '', fsync: 'no', settings: { port: '1', work_mem: 4 }, dir: 'x' };
    await expect(startPostgres(wrong as never)).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_OPTIONS_INVALID',
      message: expect.stringMatching(/directory:[\s\S]*fsync:[\s\S]*settings.port:[\s\S]*settings.work_mem:[\s\S]*dir: no such option/),
    });
  });
});
