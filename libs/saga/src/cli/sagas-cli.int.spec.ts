import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { MemoryLog } from '@minos/messaging';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Database } from '@minos/postgres';
import { commandLine, createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import { AGENCY, BookSeat, DropSeat, Faults, PrintTicket, SEATS, Trip } from '../operations/operations-kit.js';
import { SagaOperations } from '../operations/saga-operations.js';
import { expectSagasKept } from '../testing/expect-sagas-kept.js';
import { COMMANDS } from './index.js';

@Module({
  imports: [MinosModule.forRoot({ service: 'agency' }), MinosModule.forFeature({ messages: [BookSeat, DropSeat, PrintTicket] })],
  providers: AGENCY,
})
class AgencyModule {}

@Module({ imports: [MinosModule.forRoot({ service: 'seats' })], providers: SEATS })
class SeatsModule {}

/** A service with its database, which restarts, and a participant in memory. */
async function openAgency() {
  const server: TestDatabase = await createTestDatabase();
  const log = new MemoryLog();
  const messaging = { broker: { kind: 'memory' as const, log } };
  const seats = await createTestingApp(SeatsModule, { messaging });
  const start = (): Promise<TestingApp> =>
    createTestingApp(AgencyModule, { storage: 'postgres', database: { url: server.url }, messaging });
  const database = new Database({ connectionString: server.url, max: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'minos-sagas-'));
  let app = await start();
  return {
    ...{ folder, url: server.url, there: seats.get<Faults>(Faults) },
    run: commandLine(COMMANDS, { database, folder }),
    app: () => app,
    here: () => app.get<Faults>(Faults),
    stop: () => app.close(),
    restart: async () => void (app = await start()),
    close: async (): Promise<void> => {
      await Promise.all([app.close(), seats.close()]);
      await database.close();
      await server.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

describe('minos sagas', () => {
  let agency: Awaited<ReturnType<typeof openAgency>>;
  beforeEach(async () => {
    agency = await openAgency();
  });
  afterEach(() => agency.close());

  const trip = (key: string): readonly string[] => ['--saga', 'trip', '--key', key];
  const json = async (words: string, ...options: readonly string[]) => JSON.parse((await agency.run(words, [...options, '--json'])).text);
  const reach = (key: string, status: string): Promise<unknown> =>
    until(async () => (await json('sagas list', '--key', key)).sagas[0]?.status === status, `the saga ${key} to be ${status}`);
  const start = (key: string): Promise<string> => agency.app().get<Sagas>(Sagas).start(Trip, { tripId: key }, { key });
  const park = async (key: string): Promise<string> => {
    agency.here().unreadable.add(key);
    const id = await start(key);
    await reach(key, 'parked');
    return id;
  };

  it('lists and shows, for people and for machines', async () => {
    expect((await agency.run('sagas list')).text).toBe('There is no saga that fits.');
    const id = await park('a');
    await park('b');
    await start('c');
    await reach('c', 'completed');
    const { text } = await agency.run('sagas list', ['--saga', 'trip', '--status', 'parked']);
    expect(text).toMatch(/^ID +SAGA +KEY +STATUS +AGE +STEP +WAITS FOR\n/);
    expect(text).toMatch(new RegExp(`${id} +trip v1 +a +parked \\(running\\) +\\d+[sm] +seat +an operator at seat: onReply of the step`));
    const first = await json('sagas list', '--status', 'parked', '--limit', '1');
    expect((await json('sagas list', '--status', 'parked', '--limit', '1', '--after', first.next)).sagas).toMatchObject([{ key: 'a' }]);
    expect((await agency.run('sagas list', ['--limit', '1'])).text).toContain('There are more: --after ');
    expect((await json('sagas list', '--older', '1h')).sagas).toEqual([]);
    const shown = (await agency.run('sagas show', trip('a'))).text;
    for (const part of [
      `trip v1 ${id}, key a: parked (running)`,
      'began    20',
      'waits    an operator at seat: onReply of the step seat threw: a can not be read',
      '"tripId": "a"',
      'steps    seat: answered, seat.book, try 1',
      'journal    1  20',
      'parked seat',
    ])
      expect(shown).toContain(part);
    const machine = await json('sagas show', '--id', id);
    expect(machine).toMatchObject({ id, status: 'parked', state: { tripId: 'a' }, steps: [{ name: 'seat', status: 'answered' }] });
    expect(machine.startedAt).toMatch(/^20.*Z$/);
  });

  it('has the service do what is asked, and keeps who asked and why', async () => {
    await park('a');
    const dry = await agency.run('sagas cancel', [...trip('a'), '--dry-run']);
    expect(dry).toEqual({
      code: 0,
      text: expect.stringMatching(
        /^It would be compensating, and is parked\.\n  would send seat\.drop \(compensation of seat\) over seats\.commands with the key a\n  would wait for the answer to seat\.drop[^]*dry run\.$/,
      ),
    });
    await reach('a', 'parked');
    agency.here().unreadable.clear();
    const done = await agency.run('sagas resume', [...trip('a'), '--by', 'ann', '--reason', 'fixed in 1.2']);
    expect(done).toMatchObject({ code: 0, text: expect.stringMatching(/^It is running, and was parked\.\n  runs trip\.pay here \(pay\)/) });
    await reach('a', 'completed');
    const { text } = await agency.run('sagas show', trip('a'));
    expect(text).toMatch(new RegExp(`operated  dry run of cancel by ${userInfo().username} \\[`));
    expect(text).toContain('operated  resume by ann, because "fixed in 1.2" [');
    expect(await agency.run('sagas resume', trip('a'))).toMatchObject({ code: 1, text: expect.stringContaining('SAGA_ENDED') });
  });

  it('skips with an output, edits the state, retries and forces back', async () => {
    await park('a');
    agency.here().unreadable.clear();
    expect(await agency.run('sagas skip', [...trip('a'), '--step', 'seat', '--output', '{}'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('SAGA_INPUT_REFUSED'),
    });
    expect((await json('sagas skip', ...trip('a'), '--step', 'seat', '--output', '{"seat":7}')).to).toBe('running');
    await reach('a', 'completed');
    expect((await json('sagas show', ...trip('a'))).state).toEqual({ tripId: 'a', seat: 7 });
    await park('b');
    writeFileSync(join(agency.folder, 'state.json'), '{"tripId":"bb"}');
    expect((await agency.run('sagas edit', [...trip('b'), '--state', '@state.json'])).code).toBe(0);
    expect((await agency.run('sagas edit', [...trip('b'), '--state', '-', '--revision', '1'], '{}')).text).toContain('SAGA_CHANGED');
    expect(await agency.run('sagas resume', trip('b'))).toMatchObject({ code: 0 });
    await reach('b', 'completed');
    expect((await json('sagas show', ...trip('b'))).state).toEqual({ tripId: 'bb', seat: 1 });
    agency.there.refused.add('ticket.print');
    await start('c');
    await reach('c', 'parked');
    expect((await agency.run('sagas cancel', trip('c'))).text).toContain('SAGA_PAST_PIVOT');
    expect((await agency.run('sagas retry', [...trip('c'), '--step', 'ticket'])).text).toMatch(
      /sends ticket\.print \(ticket\) over seats\.commands/,
    );
    await reach('c', 'parked');
    expect((await agency.run('sagas compensate', trip('c'))).code).toBe(0);
    await reach('c', 'compensated');
  });

  it('says that nobody does it while no process runs, and it is done once one does', async () => {
    agency.here().refused.add('trip.pay');
    agency.there.refused.add('seat.drop');
    await start('a');
    await reach('a', 'parked');
    agency.there.refused.clear();
    await agency.stop();
    const late = await agency.run('sagas resume', [...trip('a'), '--within', '200ms']);
    expect(late).toMatchObject({ code: 1, text: expect.stringMatching(/^SAGA_NOT_CARRIED: .*version 1 of trip: do not ask again/) });
    expect((await agency.run('sagas show', trip('a'))).text).toMatch(/mail +operate \{"operation":\{"kind":"resume"\}/);
    await agency.restart();
    await reach('a', 'compensated');
    expect((await json('sagas show', ...trip('a'))).mail).toEqual([]);
  });

  it('takes up a compensation in whose middle the process has ended', async () => {
    agency.here().refused.add('trip.pay');
    agency.there.refused.add('seat.drop');
    await start('a');
    await until(() => agency.there.log.includes('seat.drop a'), 'the compensation');
    await agency.stop();
    agency.there.refused.clear();
    await agency.restart();
    await until(
      async () => ['parked', 'compensated'].includes((await json('sagas list', '--key', 'a')).sagas[0]?.status),
      'its end',
      60_000,
    );
    if ((await json('sagas list', '--key', 'a')).sagas[0]?.status === 'parked') await agency.run('sagas resume', trip('a'));
    await reach('a', 'compensated');
  });

  it('fails a build that drops a plan which live instances need', async () => {
    const file = join(agency.folder, 'minos.sagas.json');
    expect(await agency.run('saga check')).toMatchObject({ code: 2, text: expect.stringContaining('there is no minos.sagas.json') });
    const sagas = agency.app().get<SagaOperations>(SagaOperations);
    expectSagasKept(sagas, file, { update: true });
    await park('a');
    expect(await agency.run('saga check')).toEqual({
      code: 0,
      text: 'minos.sagas.json has every plan that live instances need (1 instance of 1 plan).',
    });
    writeFileSync(file, '{"sagas":[]}');
    const gone = await agency.run('saga check', ['--file', 'minos.sagas.json']);
    expect(gone).toMatchObject({ code: 1, text: expect.stringMatching(/^SAGA +VERSION +LIVE +IN THE BUILD IT\ntrip +1 +1 +is gone\n/) });
    writeFileSync(file, '{"sagas":[{"name":"trip","version":1,"hash":"0"}]}');
    expect((await agency.run('saga check')).text).toMatch(/trip +1 +1 +has another structure \(0, and instances need [0-9a-f]+\)/);
    expect((await json('saga check')).missing).toMatchObject([{ name: 'trip', version: 1, live: 1 }]);
    await agency.run('sagas cancel', trip('a'));
    await reach('a', 'compensated');
    expect((await agency.run('saga check')).code).toBe(0);
  });

  it('names what is wrong with what was given, and the cure', async () => {
    await park('a');
    const wrong: readonly (readonly [string, readonly string[], string])[] = [
      ['sagas show', [], 'Say which saga: --id, or --saga and --key'],
      ['sagas show', ['--id', 'x', '--key', 'y'], '--id names one instance'],
      ['sagas list', ['--status', 'lost'], '--status is "lost": give one of running'],
      ['sagas list', ['--older', 'soon'], '--older is "soon": give a duration'],
      ['sagas retry', trip('a'), '--step is missing'],
      ['sagas edit', trip('a'), '--state is missing'],
      ['sagas edit', [...trip('a'), '--state', '{"a":'], '--state is no JSON'],
      ['sagas edit', [...trip('a'), '--state', '@none.json'], '--state: none.json cannot be read'],
      ['sagas skip', [...trip('a'), '--step', 'seat', '--output', 'x'], '--output is no JSON'],
    ];
    for (const [words, options, message] of wrong) {
      expect({ words, options, ...(await agency.run(words, options)) }).toEqual({
        words,
        options,
        code: 2,
        text: expect.stringContaining(message),
      });
    }
    expect(await agency.run('sagas show', ['--id', '018f3b1c-0000-7000-8000-000000000000'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('SAGA_NOT_FOUND'),
    });
    expect(await agency.run('sagas show', ['--id', 'x'])).toMatchObject({ code: 1, text: expect.stringContaining('SAGA_NOT_FOUND') });
    expect((await agency.run('sagas retry', [...trip('a'), '--step', 'none'])).text).toContain(
      'SAGA_STEP_UNKNOWN: trip has no step "none". Its steps are: seat, pay, ticket.',
    );
  });

  it('is found by the command that @minos/postgres ships', async () => {
    await park('a');
    const bin = resolve(__dirname, '../../../postgres/bin/minos.js');
    const minos = (...argv: string[]) =>
      promisify(execFile)(process.execPath, [bin, ...argv], {
        cwd: resolve(__dirname, '../..'),
        env: { ...process.env, DATABASE_URL: agency.url },
      });
    expect((await minos('--help')).stdout).toMatch(
      /saga +plans of sagas[^]*sagas +running sagas|sagas +running sagas[^]*saga +plans of sagas/,
    );
    expect((await minos('sagas', 'skip', '--help')).stdout).toContain('--output <json>');
    expect(JSON.parse((await minos('sagas', 'list', '--json')).stdout).sagas).toMatchObject([{ key: 'a', status: 'parked' }]);
    agency.here().unreadable.clear();
    expect((await minos('sagas', 'resume', '--saga', 'trip', '--key', 'a')).stdout).toContain('It is running, and was parked.');
    await expect(minos('sagas', 'resume')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('CLI_USAGE') });
  });
});
