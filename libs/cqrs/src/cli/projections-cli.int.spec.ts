import { userInfo } from 'node:os';
import { uuidv7 } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Database } from '@minos/postgres';
import {
  commandLine,
  type CommandLineAnswer,
  type CommandLineOptions,
  createTestDatabase,
  type TestDatabase,
} from '@minos/postgres/testing';
import { Module } from '@nestjs/common';
import { Counting, counted, gate, parcelsIn, send } from '../projection/operations-kit.js';
import { Parcel, ParcelList, ParcelLost, ParcelSent, ParcelWeighed, Post } from '../projection/projection-kit.js';
import { Projections } from '../projection/projections.js';
import { COMMANDS } from './index.js';

/** `minos projections <name> <options>`. */
function projectionsCommand(options: CommandLineOptions): (name: string, ...options: readonly string[]) => Promise<CommandLineAnswer> {
  const run = commandLine(COMMANDS, options);
  return (name, ...given) => run(`projections ${name}`, given);
}

@Module({
  imports: [
    MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
    MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent] }),
  ],
  providers: [Post, Counting],
})
class PostModule {}

describe('minos projections', () => {
  let server: TestDatabase;
  let database: Database;
  let app: TestingApp;
  let run: (name: string, ...options: readonly string[]) => Promise<CommandLineAnswer>;

  beforeEach(async () => {
    server = await createTestDatabase();
    app = await createTestingApp(PostModule, { storage: 'postgres', database: { url: server.url } });
    database = new Database({ connectionString: server.url, max: 1 });
    run = projectionsCommand({ database });
  });
  afterEach(async () => {
    await app.close();
    await database.close();
    await server.drop();
  });
  const json = async (...words: readonly [string, ...string[]]) => JSON.parse((await run(...words, '--json')).text);
  const one = ['--projection', 'counting'];

  it('lists what the service has, for people and for machines', async () => {
    await send(app, 0, 20);
    await counted(app, 20);
    await until(async () => (await json('list')).projections[0].built, 'the end of the feed');
    const { code, text } = await run('list');
    expect(code).toBe(0);
    expect(text).toMatch(/^PROJECTION +VERSION +STATE +POSITION +WAITING +SKIPPED +REBUILD\ncounting +1 +idle +20 of 20 +0 +0$/);
    expect(await json('list')).toMatchObject({
      projections: [
        { name: 'counting', version: 1, state: 'idle', position: '20', waiting: 0, built: true, views: ['parcels_v1', 'towns_v1'] },
      ],
    });
    expect((await run('list', '--projection', 'none')).text).toContain('knows no such projection');
  });

  it('pauses and resumes a service that runs elsewhere, and keeps who asked and why', async () => {
    await send(app, 0, 5);
    await counted(app, 5);
    expect(await run('pause', ...one, '--reason', 'a look')).toEqual({ code: 0, text: 'counting v1 is paused.' });
    await send(app, 5, 9);
    expect((await run('show', ...one)).text).toMatch(
      new RegExp(
        `^counting v1: paused\\n  position  5 of 9; events that wait: 4\\n[^]*paused    by ${userInfo().username} at \\S+Z, because "a look"`,
      ),
    );
    expect(await parcelsIn(app)).toBe(5);
    expect(await run('resume', ...one, '--by', 'bob', '--wait', '--within', '60s')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/No event waits\.$/),
    });
    expect(await parcelsIn(app)).toBe(9);
    expect((await run('audit')).text).toMatch(
      /^AT +PROJECTION +VERSION +ACTION +BY +WHY\n\S+Z +counting +1 +resume +bob\n.* pause +\S+ +a look$/,
    );
    expect((await json('audit', '--limit', '1')).actions).toMatchObject([{ action: 'resume', by: 'bob', version: 1 }]);
  });

  it('rebuilds with a line of progress, and says how it ended', async () => {
    await send(app, 0, 60);
    await counted(app, 60);
    const counting = app.get<Counting>(Counting);
    const held = gate();
    counting.gate = held.closed;
    counting.factor = 2;
    const waiting = run('rebuild', ...one, '--wait', '--within', '60s');
    await until(async () => (await json('show', ...one)).rebuild?.number === 1, 'the rebuild');
    expect(await run('rebuild', ...one)).toMatchObject({ code: 1, text: expect.stringContaining('PROJECTION_REBUILD_RUNNING') });
    expect(await parcelsIn(app)).toBe(60);
    held.open();
    const { code, text } = await waiting;
    expect(text).toMatch(
      /^Rebuild #1 of counting v1 has begun; a process of the service carries it out\.\n#1 0 %[^]*\nRebuild #1 is served\.$/,
    );
    expect([code, await parcelsIn(app)]).toEqual([0, 120]);
  });

  it('shows where a rebuild failed, with its stack, and cancels it', async () => {
    await send(app, 0, 3);
    await send(app, 3, 4, 'Nowhere');
    await until(async () => (await parcelsIn(app, 'Nowhere')) === 1, 'all');
    app.get<Counting>(Counting).refused = 'Nowhere';
    const failed = await run('rebuild', ...one, '--wait', '--within', '60s');
    expect(failed.code).toBe(1);
    for (const part of [
      'The rebuild has failed',
      'before parcel.sent',
      '(parcel-p3, version 1)',
      'after 2 attempts',
      'nobody lives in Nowhere',
      'Counting.sent',
    ])
      expect(failed.text).toContain(part);
    expect((await run('list')).text).toMatch(/#1 failed before \d+$/);
    expect((await json('show', ...one)).rebuild.failure).toMatchObject({
      stream: 'parcel-p3',
      error: { message: 'nobody lives in Nowhere' },
    });
    expect((await run('cancel', ...one)).text).toBe('The rebuild of counting v1 is cancelled.');
    expect(await run('cancel', ...one)).toMatchObject({ code: 1, text: expect.stringContaining('PROJECTION_REBUILD_NONE') });
    const { rows } = await database.query(`select from pg_tables where schemaname = 'minos_views' and tablename like '%\\_r1'`);
    expect(rows).toEqual([]);
  });

  it('asks which version is meant, and says what is wrong', async () => {
    await database.query(
      `insert into minos.projections (projection, version, key_hash, views, types) values ('counting', 2, 0, '[]', '{}')`,
    );
    expect(await run('pause', ...one)).toMatchObject({ code: 2, text: expect.stringContaining('--version 1 or --version 2') });
    expect((await run('pause', ...one, '--version', '2')).code).toBe(0);
    expect(await run('rebuild', ...one, '--version', '2')).toMatchObject({
      code: 1,
      text: expect.stringContaining('PROJECTION_REBUILD_IMPOSSIBLE'),
    });
    expect(await run('show', '--projection', 'none')).toMatchObject({ code: 1, text: expect.stringContaining('PROJECTION_UNKNOWN') });
    expect(await run('show')).toMatchObject({ code: 2, text: expect.stringContaining('--projection is missing') });
    expect(await run('sql')).toMatchObject({ code: 2, text: expect.stringContaining('--from is missing') });
    expect(await run('sql', '--from', 'no-such-file.js')).toMatchObject({ code: 2, text: expect.stringContaining('cannot be loaded') });
  });
});

describe('a service whose role may make no tables', () => {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed, ParcelLost] }),
    ],
    providers: [Post, ParcelList],
  })
  class RestrictedModule {}

  it('is refused with the cure, and starts once "projections sql" has made them', async () => {
    const server = await createTestDatabase();
    const owner = new Database({ connectionString: server.url, max: 1 });
    const role = `post_${uuidv7().replaceAll('-', '')}`;
    const run = projectionsCommand({ database: owner, folder: __dirname });
    const from = ['--from', '../projection/projection-kit.ts', '--grant', role];
    // Whoever migrates is another one than who runs the service.
    await (await createTestingApp(PostModule, { storage: 'postgres', database: { url: server.url } })).close();
    for (const statement of [
      'drop table minos_views.parcels_v1, minos_views.towns_v1',
      `create role ${role} login password 'post'`,
      `grant usage on schema minos to ${role}`,
      `grant select, insert, update, delete on all tables in schema minos to ${role}`,
      `grant usage, select on all sequences in schema minos to ${role}`,
    ])
      await owner.query(statement);
    const url = new URL(server.url);
    [url.username, url.password] = [role, 'post'];
    const start = () => createTestingApp(RestrictedModule, { storage: 'postgres', database: { url: url.href, migrations: 'check' } });
    await owner.query(`grant usage on schema minos_views to ${role}`);
    await expect(start()).rejects.toMatchObject({
      code: 'VIEW_TABLES_MISSING',
      message: expect.stringContaining('npx minos projections sql'),
      details: { tables: ['parcels_v1', 'towns_v1'] },
    });

    expect(await run('sql', ...from, '--grant', 'a"b')).toMatchObject({ code: 2, text: expect.stringContaining('--grant is') });
    const { text } = await run('sql', ...from);
    for (const part of [
      'create table if not exists minos_views.parcels_v1',
      "is 'projection:parcel-list:v1';",
      'create index',
      `to "${role}";`,
    ])
      expect(text).toContain(part);
    expect(await run('sql', ...from, '--apply')).toMatchObject({ code: 0, text: expect.stringMatching(/^Ran \d+ statements\.$/) });

    const app = await start();
    await send(app, 0, 5);
    await counted(app, 5);
    const projections = app.get<Projections>(Projections);
    await projections.pause('parcel-list');
    await projections.resume('parcel-list');
    await expect(projections.rebuild('parcel-list')).rejects.toMatchObject({ code: 'VIEW_TABLES_MISSING' });
    expect((await projections.statuses())[0]?.rebuild).toBeUndefined();
    await app.close();
    await owner.query(`drop owned by ${role}`);
    await owner.query(`drop role ${role}`);
    await owner.close();
    await server.drop();
  });
});
