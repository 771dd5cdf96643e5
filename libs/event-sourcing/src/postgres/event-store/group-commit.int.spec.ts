import { DependencyFailedError, SystemClock, uuidv7 } from '@minos/common';
import type { Unit } from '@minos/common';
import { ChangeWriterRegistry, GroupCommitter, sqlOf } from '@minos/postgres';
import type { NewEvent } from '../../contracts/event-store.js';
import { appendChange } from '../../stream/append-change.js';
import { streamName } from '../../stream/stream-name.js';
import { openStore, openTestingStore } from '../testing-store.js';

type Opened = Awaited<ReturnType<typeof openTestingStore>>;

const event = (type = 'thing.happened', id = uuidv7()): NewEvent => ({ id, type, schemaVersion: 1, data: { text: 'it "happened"\\' } });
const codeOf = (settled: PromiseSettledResult<unknown>): unknown =>
  settled.status === 'fulfilled' ? 'ok' : (settled.reason as { code?: unknown }).code;

describe('units committed in groups', () => {
  let opened: Opened;
  beforeAll(async () => {
    // One lane, so that a batch is all that settles together.
    opened = await openTestingStore({ committer: { lanes: 1 } });
  });
  afterAll(() => opened.close());

  it('appends and reads back', async () => {
    const stream = streamName('thing', uuidv7());
    const first = await opened.store.append(stream, [event(), event()], { expectedVersion: 'no-stream' });
    const second = await opened.store.append(stream, [event()], { expectedVersion: 2 });
    expect([first?.version, second?.version]).toEqual([2, 3]);
    const events = await opened.store.read(stream);
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(events[0]).toMatchObject({ type: 'thing.happened', schemaVersion: 1, data: { text: 'it "happened"\\' }, tenant: '' });
  });

  it('gives each of 32 units its own verdict: one conflict, one duplicate, one refused row, 29 commits', async () => {
    const duplicate = event();
    const reused = event();
    const taken = streamName('thing', uuidv7());
    await opened.store.append(taken, [duplicate], { expectedVersion: 'no-stream' });
    await opened.store.append(streamName('thing', uuidv7()), [reused], { expectedVersion: 'no-stream' });
    await opened.database.query(`alter table minos.events add constraint no_forbidden check (type <> 'forbidden')`);
    const before = opened.committer.statistics().batches;
    const fine = Array.from({ length: 29 }, () =>
      opened.store.append(streamName('thing', uuidv7()), [event()], { expectedVersion: 'no-stream' }),
    );
    const conflict = opened.store.append(taken, [event()], { expectedVersion: 'no-stream' });
    const repeated = opened.store.append(streamName('thing', uuidv7()), [reused], { expectedVersion: 'any' });
    const forbidden = opened.store.append(streamName('thing', uuidv7()), [event('forbidden')], { expectedVersion: 'no-stream' });
    const settled = await Promise.allSettled([...fine, conflict, repeated, forbidden]);
    expect(settled.slice(0, 29).map(codeOf)).toEqual(Array.from({ length: 29 }, () => 'ok'));
    expect(settled.slice(29).map(codeOf)).toEqual(['CONCURRENCY_CONFLICT', 'EVENT_ID_REUSED', 'ROW_REFUSED']);
    expect(opened.committer.statistics().batches - before).toBe(1);
    await opened.database.query('alter table minos.events drop constraint no_forbidden');
  });

  it('answers a repeated append with the first result', async () => {
    const stream = streamName('thing', uuidv7());
    const events = [event(), event()];
    const first = await opened.store.append(stream, events, { expectedVersion: 'no-stream' });
    const again = await opened.store.append(stream, events, { expectedVersion: 'no-stream' });
    const any = await opened.store.append(stream, events, { expectedVersion: 'any' });
    expect(again).toEqual({ ...first, duplicate: true });
    expect(any).toEqual(again);
    await expect(opened.store.append(stream, [events[1] as NewEvent, event()], { expectedVersion: 'any' })).rejects.toMatchObject({
      code: 'EVENT_ID_REUSED',
    });
    expect(await opened.store.read(stream)).toHaveLength(2);
  });

  it('lets nobody stand on a unit that was refused before it got into the queue', async () => {
    const committer = new GroupCommitter({ database: opened.database, writers: new ChangeWriterRegistry(), clock: new SystemClock() });
    const request = { tenant: '', changes: [], standsOn: [] };
    const first = committer.commit({ ...request, unitId: 'first', changes: [{ kind: 'nobody' }] });
    const second = committer.commit({ ...request, unitId: 'second', standsOn: ['first'] });
    await expect(first).rejects.toMatchObject({ code: 'UNKNOWN_CHANGE' });
    await expect(second).rejects.toBeInstanceOf(DependencyFailedError);
    await committer.close();
  });

  it('says "stored" of a pinned unit also where the listener of commits throws', async () => {
    const careless = await openStore(opened.url, { committer: { onCommitted: () => JSON.parse('{') as never } });
    const stream = streamName('thing', uuidv7());
    await careless.unitOfWork.run(async (unit) => {
      await careless.store.append(stream, [event()], { expectedVersion: 'no-stream' });
      await unit.flush();
    });
    expect(await careless.store.read(stream)).toHaveLength(1);
    await careless.close();
  });

  it('commits a chain of units on one stream in one transaction', async () => {
    const stream = streamName('thing', uuidv7());
    const before = opened.committer.statistics().batches;
    const versions: number[] = [];
    let previous: Parameters<Parameters<typeof opened.unitOfWork.run>[0]>[0] | undefined;
    const chain = Array.from({ length: 50 }, (_, index) =>
      opened.unitOfWork.run((unit) => {
        if (previous) unit.standOn(previous);
        unit.enlist({ kind: 'event-store.append', stream, expectedVersion: index, events: [{ ...event(), metadata: {} }] } as never);
        unit.onSettling(() => (previous = unit));
        versions.push(index);
      }),
    );
    await Promise.all(chain);
    expect((await opened.store.read(stream)).map(({ version }) => version)).toEqual(versions.map((index) => index + 1));
    expect(opened.committer.statistics().batches - before).toBeLessThanOrEqual(50);
  });

  it('leaves no hole where a unit shares a stream with one that it does not stand on, and that one is refused', async () => {
    const [stream, other] = [streamName('thing', uuidv7()), streamName('thing', uuidv7())];
    const settled: Promise<unknown>[] = [];
    const behind = (unit: Unit, work: (next: Unit) => void) =>
      settled.push(
        opened.unitOfWork.run((next) => (next.standOn(unit), work(next)), { mode: 'new', attempts: 1 }).catch((error: unknown) => error),
      );
    await opened.unitOfWork.run((unit) => {
      unit.enlist(appendChange(stream, [event()], 'no-stream'));
      unit.onSettling(() => {
        behind(unit, (refused) => {
          refused.enlist(appendChange(stream, [event()], 1));
          refused.enlist(appendChange(other, [event()], 7));
        });
        behind(unit, (next) => void next.enlist(appendChange(stream, [event()], 'any')));
      });
    });
    const [refused, next] = await Promise.all(settled);
    expect([refused, next]).toEqual([expect.objectContaining({ code: 'CONCURRENCY_CONFLICT' }), undefined]);
    expect((await opened.store.read(stream)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('lets 1,000 creations of one stream end with one winner', async () => {
    const stream = streamName('thing', uuidv7());
    const settled = await Promise.allSettled(
      Array.from({ length: 1000 }, () => opened.store.append(stream, [event()], { expectedVersion: 'no-stream' })),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(settled.filter((one) => codeOf(one) === 'CONCURRENCY_CONFLICT')).toHaveLength(999);
  });

  it('counts on versions where any is expected, also several times in one unit', async () => {
    const stream = streamName('thing', uuidv7());
    await Promise.all(Array.from({ length: 20 }, () => opened.store.append(stream, [event(), event()], { expectedVersion: 'any' })));
    await opened.unitOfWork.run(async () => {
      await opened.store.append(stream, [event()], { expectedVersion: 'any' });
      await opened.store.append(stream, [event()], { expectedVersion: 'any' });
    });
    expect((await opened.store.read(stream)).map(({ version }) => version)).toEqual(Array.from({ length: 42 }, (_, index) => index + 1));
  });

  it("shows flushed changes to the user's own SQL and commits both together", async () => {
    const stream = streamName('thing', uuidv7());
    await opened.database.query('create table if not exists notes (text text)');
    const failing = opened.unitOfWork.run(async (unit) => {
      await opened.store.append(stream, [event()], { expectedVersion: 'no-stream' });
      await unit.flush();
      const { rows } = await sqlOf(unit).query('select 1 from minos.events where stream = $1', [stream]);
      expect(rows).toHaveLength(1);
      await sqlOf(unit).query(`insert into notes values ('lost')`);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await opened.unitOfWork.run(async (unit) => {
      await Promise.all([sqlOf(unit).query(`insert into notes values ('kept')`), sqlOf(unit).query(`insert into notes values ('too')`)]);
      await opened.store.append(stream, [event()], { expectedVersion: 'no-stream' });
    });
    expect(await opened.store.read(stream)).toHaveLength(1);
    const { rows } = await opened.database.query<{ text: string }>('select text from notes order by text');
    expect(rows.map(({ text }) => text)).toEqual(['kept', 'too']);
    expect(opened.database.statistics().waiting).toBe(0);
  });

  it('closes a stream and refuses what comes after', async () => {
    const stream = streamName('thing', uuidv7());
    await opened.store.append(stream, [event()], { expectedVersion: 'no-stream' });
    await opened.store.close(stream, { expectedVersion: 1 });
    await opened.store.close(stream, { expectedVersion: 1 });
    const other = streamName('thing', uuidv7());
    await opened.unitOfWork.run(async () => {
      await opened.store.close(stream, { expectedVersion: 1 });
      await opened.store.append(other, [event()], { expectedVersion: 'no-stream' });
    });
    expect(await opened.store.read(other)).toHaveLength(1);
    await expect(opened.store.append(stream, [event()], { expectedVersion: 'any' })).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
    expect(await opened.store.state(stream)).toEqual({ version: 1, closed: true });
    await expect(opened.store.read(stream, { mustBeOpen: true })).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
  });

  it('finds an event that has no data in an open stream', async () => {
    const stream = streamName('thing', uuidv7());
    await opened.store.append(stream, [{ ...event(), data: null as never }], { expectedVersion: 'no-stream' });
    expect(await opened.store.read(stream, { mustBeOpen: true })).toHaveLength(1);
  });

  it('says that a swallowed SQL error has aborted the transaction', async () => {
    const failing = opened.unitOfWork.run(async (unit) => {
      await sqlOf(unit)
        .query('select 1/0')
        .catch(() => undefined);
    });
    await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/TRANSACTION_ABORTED|25P02/) });
  });

  it('serves 500 units at once on a pool of five', async () => {
    const streams = Array.from({ length: 500 }, () => streamName('thing', uuidv7()));
    await Promise.all(
      streams.map((stream) =>
        opened.unitOfWork.run(async (unit) => {
          await sqlOf(unit).query('select 1');
          await opened.store.append(stream, [event()], { expectedVersion: 'no-stream' });
        }),
      ),
    );
    expect(opened.database.statistics().total).toBeLessThanOrEqual(5);
  });
});
