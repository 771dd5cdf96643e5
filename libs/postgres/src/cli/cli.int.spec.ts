import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { runCli, type CliEnvironment } from './cli.js';

/** The command as it is shipped; `npm test` builds before it runs. */
const MAIN = resolve(__dirname, '../../dist/cli/main.js');

/** A group and a command of another package. */
const CONTRIBUTED = `exports.COMMANDS = { package: '@minos/a-first', commands: [
  { name: 'echo', summary: 'say it again', options: { text: { type: 'string', help: 'what to say', multiple: true }, loud: { type: 'boolean', help: 'say it louder' } },
    run: async ({ print, options, input }) => { print(JSON.stringify(options) + (await input()).length); return 0; } },
  { name: 'things', summary: 'look at things', commands: [
    { name: 'count', summary: 'how many there are', options: { of: { type: 'string', value: 'kind', help: 'which' } },
      run: async ({ print, database }) => { print(JSON.stringify((await database().query('select count(*)::int as n from minos.things')).rows)); return 0; } },
  ] },
] };`;

describe('minos', () => {
  let server: TestDatabase;
  let project: string;
  let said: string;
  const run = (argv: string[], databaseUrl?: string): Promise<number> => {
    said = '';
    const write = (text: string): void => void (said += text);
    const environment: CliEnvironment = { folder: project, databaseUrl, out: write, err: write };
    return runCli(argv, environment);
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    project = mkdtempSync(join(tmpdir(), 'minos-cli-'));
    const folderOf = (name: string): string => join(project, 'node_modules', '@minos', name);
    mkdirSync(folderOf('a-first'), { recursive: true });
    symlinkSync(resolve(__dirname, '../..'), folderOf('postgres'));
    writeFileSync(
      join(folderOf('a-first'), 'package.json'),
      JSON.stringify({
        name: '@minos/a-first',
        dependencies: { '@minos/postgres': '*' },
        minos: { migrations: './m.js', commands: './c.js' },
      }),
    );
    writeFileSync(join(folderOf('a-first'), 'c.js'), CONTRIBUTED);
    const statements = ['create table minos.sample (n int)', 'insert into minos.sample values (1)'];
    writeFileSync(
      join(folderOf('a-first'), 'm.js'),
      `exports.MIGRATIONS = ${JSON.stringify({ package: '@minos/a-first', migrations: [{ id: '001-sample', statements }] })};`,
    );
  });
  afterAll(async () => {
    rmSync(project, { recursive: true, force: true });
    await server.drop();
  });

  it('explains itself', async () => {
    expect(await run(['--help'])).toBe(0);
    for (const command of ['migrate', 'status', 'sql', '--url', 'DATABASE_URL']) expect(said).toContain(command);
    expect(await run([])).toBe(2);
    expect(await run(['migrat'])).toBe(2);
    expect(said).toContain('There is no command "migrat"');
    expect(await run(['status', '--ulr', 'x'])).toBe(2);
    expect(await run(['status'])).toBe(2);
    expect(said).toContain('set DATABASE_URL');
  });

  it('says that the database is behind, brings it up to date from ten processes at once, and says so', async () => {
    expect(await run(['status'], server.url)).toBe(1);
    expect(said).toContain('pending  @minos/a-first 001-sample');
    const starts = Array.from({ length: 10 }, () =>
      promisify(execFile)(process.execPath, [MAIN, 'migrate', '--url', server.url], { cwd: project }),
    );
    const outputs = (await Promise.all(starts)).map(({ stdout }) => stdout);
    expect(outputs.filter((stdout) => stdout.includes('applied @minos/a-first 001-sample'))).toHaveLength(1);
    expect(outputs.filter((stdout) => stdout.includes('The database is up to date.'))).toHaveLength(9);
    expect(await run(['status', '--url', server.url])).toBe(0);
    expect(await run(['sql'], server.url)).toBe(0);
    expect(said).not.toContain('minos.sample');
  });

  it('prints all statements without a database, packages after those that they depend on', async () => {
    expect(await run(['sql'])).toBe(0);
    expect(said.indexOf('-- @minos/postgres 001-unit-of-work')).toBeGreaterThan(0);
    expect(said.indexOf('-- @minos/a-first 001-sample')).toBeGreaterThan(said.indexOf('-- @minos/postgres 003'));
  });

  it('runs commands of other packages with options of their own', async () => {
    expect(await run(['--help'])).toBe(0);
    for (const word of ['echo', 'say it again', 'things', 'look at things']) expect(said).toContain(word);
    expect(await run(['echo', '--text', 'status', '--text=b', '--loud'])).toBe(0);
    expect(said).toBe(`${JSON.stringify({ text: ['status', 'b'], loud: true })}0\n`);
    expect(await run(['echo', '--help'])).toBe(0);
    expect(said).toContain('--loud');
    expect(await run(['things', '--help'])).toBe(0);
    expect(said).toContain('how many there are');
    expect(await run(['things', 'count', '--help'])).toBe(0);
    expect(said).toContain('--of <kind>');
    expect(await run(['things'])).toBe(2);
  });

  it('says what is wrong with their command lines, and with their databases', async () => {
    expect(await run(['echo', '--test', 'a'])).toBe(2);
    expect(said).toContain("Unknown option '--test'");
    expect(said).toContain('"minos echo --help" lists its options.');
    expect(await run(['echo', 'a'])).toBe(2);
    expect(said).toContain('"a" is too much behind echo.');
    expect(await run(['things', 'cuont'])).toBe(2);
    expect(said).toContain('There is no command "things cuont"');
    expect(await run(['things', 'count'])).toBe(2);
    expect(said).toContain('set DATABASE_URL');
    expect(await run(['things', 'count'], server.url)).toBe(1);
    expect(said).toContain('CLI_DATABASE_BEHIND');
    expect(said).toContain('"minos migrate"');
  });

  it('migrates where the commands of another package cannot be loaded', async () => {
    const broken = join(project, 'node_modules', '@minos', 'b-broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'package.json'), JSON.stringify({ name: '@minos/b-broken', minos: { commands: './c.js' } }));
    writeFileSync(join(broken, 'c.js'), 'throw new Error("half installed")');
    expect(await run(['status'], server.url)).toBe(0);
    expect(await run(['echo'])).toBe(1);
    expect(said).toContain('COMMANDS_NOT_LOADED');
    expect(said).toContain('half installed');
    rmSync(broken, { recursive: true });
  });

  it('says that the URL lacks the password', async () => {
    const url = new URL(server.url);
    url.password = '';
    expect(await run(['status'], url.href)).toBe(2);
    expect(said).toContain(
      'CLI_USAGE: The server wants a password, and none is given. Use --url postgres://user:password@host:5432/database',
    );
  });

  it('says what it cannot do', async () => {
    expect(await run(['migrate', '--url', 'postgres://nobody@127.0.0.1:1/x'])).toBe(1);
    expect(said).toContain('DATABASE_UNAVAILABLE');
    expect(await run(['migrate', '--url', 'mysql://x'])).toBe(1);
    expect(said).toContain('connectionString');
  });
});
