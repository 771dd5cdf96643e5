import { uuidv7 } from '@minos/common';
import { sqlOf, type WritePlan } from '@minos/postgres';
import { openStore, openTestingStore } from '../testing-store.js';
import { GUARD_STREAM } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import { newStream, testEvent, told } from './commit-fault-kit.js';
import { confirmIn, openProcess, staleRejections } from './stale-rejections.js';
import { StreamChangeWriter } from './stream-change-writer.js';

type Opened = Awaited<ReturnType<typeof openTestingStore>>;

const count = (answers: readonly string[], wanted: string): number => answers.filter((answer) => answer === wanted).length;
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** The control: decides on what it remembers and asks nobody. */
class Unguarded extends StreamChangeWriter {
  override plan(changes: Parameters<StreamChangeWriter['plan']>[0]): WritePlan {
    return super.plan(changes.filter(({ change }) => change.kind !== GUARD_STREAM));
  }
}

describe('many at once on one stream', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openTestingStore();
  });
  afterAll(() => opened.close());

  it('1,000 appends from two processes that expect one version: one wins, 999 are told of the conflict', async () => {
    const stream = newStream();
    const other = await openStore(opened.url);
    await opened.store.append(stream, [testEvent('first'), testEvent('second')], { expectedVersion: 'no-stream' });
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        told((index % 2 === 0 ? opened : other).store.append(stream, [testEvent(`op-${index}`)], { expectedVersion: 2 })),
      ),
    );
    expect([count(answers, 'ok'), count(answers, 'CONCURRENCY_CONFLICT')]).toEqual([1, 999]);
    expect(await opened.store.state(stream)).toMatchObject({ version: 3 });
    await other.close();
  });

  it('a rejection never follows from a version older than the last acknowledged; control: without guards it does', async () => {
    const one = await openProcess(opened.url);
    const other = await openProcess(opened.url);
    const unguarded = await openProcess(opened.url, { writers: [new Unguarded()] });
    expect(await staleRejections(one, confirmIn(other), 100)).toBe(0);
    expect(await staleRejections(one, confirmIn(unguarded), 20)).toBeGreaterThan(0);
    await Promise.all([one.close(), other.close(), unguarded.close()]);
  });

  it('a chain of 200 commands goes on past a refused row and a conflict, in few transactions', async () => {
    const process = await openProcess(opened.url);
    const id = uuidv7();
    await process.tickets.create(id, (ticket) => ticket.open(1000));
    await opened.database.query(`alter table minos.events add constraint no_hundred check (data ->> 'by' <> 'p100')`);
    const before = process.committer.statistics().transactions;
    const commands = Array.from({ length: 200 }, (_, index) => told(process.tickets.update(id, (ticket) => ticket.take(`p${index}`))));
    const elsewhere = await openProcess(opened.url);
    await elsewhere.tickets.update(id, (ticket) => ticket.take('elsewhere'));
    const answers = await Promise.all(commands);
    const transactions = process.committer.statistics().transactions - before;
    expect([count(answers, 'ok'), answers[100]]).toEqual([199, 'ROW_REFUSED (not retryable)']);
    const events = await opened.store.read(streamName('ticket', id));
    expect(events.map(({ version }) => version)).toEqual(upTo(201));
    expect(new Set(events.map(({ data }) => (data as { by?: string }).by)).size).toBe(201);
    expect(transactions).toBeLessThan(60);
    await opened.database.query('alter table minos.events drop constraint no_hundred');
    await Promise.all([process.close(), elsewhere.close()]);
  });

  it('500 units with slow work, pinned or not, share five connections', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        told(
          opened.unitOfWork.run(async (unit) => {
            if (index % 2 === 0) await sqlOf(unit).query('select pg_sleep(0.002)');
            else await new Promise((resolve) => setTimeout(resolve, 20));
            await opened.store.append(newStream(), [testEvent(`slow-${index}`)], { expectedVersion: 'no-stream' });
          }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer !== 'ok' && answer !== 'POOL_EXHAUSTED')).toEqual([]);
    expect(count(answers, 'ok')).toBeGreaterThanOrEqual(250);
    const { total, waiting } = opened.database.statistics();
    expect([total <= 5, waiting]).toEqual([true, 0]);
  });

  it('pinned units that are all refused take no further connection to say why', async () => {
    const narrow = await openStore(opened.url, { database: { max: 2, acquireTimeoutMs: 20_000 } });
    const stream = newStream();
    await narrow.store.append(stream, [testEvent('first')], { expectedVersion: 'no-stream' });
    // One that had to wait for a third connection would be told that there is none.
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        told(
          narrow.unitOfWork.run(
            async (unit) => {
              await sqlOf(unit).query('select 1');
              unit.enlist({
                kind: 'event-store.append',
                stream,
                expectedVersion: 7,
                events: [{ ...testEvent(`p-${index}`), metadata: {} }],
              } as never);
              if (index % 2 === 0) await unit.flush().catch(() => undefined);
            },
            { attempts: 1 },
          ),
        ),
      ),
    );
    expect(count(answers, 'CONCURRENCY_CONFLICT')).toBe(10);
    await narrow.close();
  });

  it('a refusal that cannot be looked up fails its own unit and no other', async () => {
    let held: Awaited<ReturnType<typeof opened.database.connect>> | undefined;
    const reach = async (point: string): Promise<void> => {
      if (point === 'postgres.commit-batch.after') held ??= await narrow.database.connect();
    };
    const narrow = await openStore(opened.url, { database: { max: 1, acquireTimeoutMs: 1_500 }, committer: { crashPoints: { reach } } });
    const streams = [newStream(), newStream(), newStream()] as const;
    const answers = await Promise.all([
      told(narrow.store.append(streams[0], [testEvent('refused')], { expectedVersion: 5 })),
      told(narrow.store.append(streams[1], [testEvent('stored')], { expectedVersion: 'no-stream' })),
      told(narrow.store.append(streams[2], [testEvent('stored too')], { expectedVersion: 'any' })),
    ]);
    held?.release();
    expect(answers).toEqual(['POOL_EXHAUSTED', 'ok', 'ok']);
    expect(narrow.committer.statistics().transactions).toBe(1);
    await narrow.close();
  });

  it('answers OVERLOADED at once at the limit of the queue, and stores nothing of it', async () => {
    const small = await openStore(opened.url, { committer: { queueLimit: 10, batchUnits: 5 } });
    const streams = Array.from({ length: 50 }, newStream);
    const answers = await Promise.all(
      streams.map((stream) => told(small.store.append(stream, [testEvent('x')], { expectedVersion: 'no-stream' }))),
    );
    expect(count(answers, 'ok') + count(answers, 'OVERLOADED')).toBe(50);
    expect(count(answers, 'ok')).toBe(10);
    const states = await Promise.all(streams.map((stream) => small.store.state(stream)));
    expect(states.map(({ version }) => (version === 1 ? 'ok' : 'OVERLOADED'))).toEqual(answers);
    await small.close();
  });

  it('close() while loaded finishes what was handed over and refuses the rest', async () => {
    const closing = await openStore(opened.url, { committer: { batchUnits: 10 } });
    const streams = Array.from({ length: 100 }, newStream);
    const first = streams
      .slice(0, 60)
      .map((stream) => told(closing.store.append(stream, [testEvent('x')], { expectedVersion: 'no-stream' })));
    while (closing.committer.statistics().batches === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = closing.committer.close();
    const late = streams.slice(60).map((stream) => told(closing.store.append(stream, [testEvent('x')], { expectedVersion: 'no-stream' })));
    expect(count(await Promise.all(first), 'ok')).toBe(60);
    expect(count(await Promise.all(late), 'UNIT_OF_WORK_CLOSED')).toBe(40);
    await Promise.all([closed, closing.committer.close()]);
    await closing.close();
  });
});
