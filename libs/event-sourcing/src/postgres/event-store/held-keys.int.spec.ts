import { until } from '@minos/common/testing';
import { sqlOf } from '@minos/postgres';
import { endsWithin } from '../../../../../tools/testing/ends-within.js';
import type { StreamName } from '../../contracts/event-store.js';
import { openStore, openTestingStore } from '../testing-store.js';
import { newStream, testEvent, told, type OpenedStore } from './commit-fault-kit.js';

describe('a unit of another process that holds a stream for long', () => {
  let opened: Awaited<ReturnType<typeof openTestingStore>>;
  beforeAll(async () => {
    opened = await openTestingStore();
  });
  afterAll(() => opened.close());

  /** Flushes an append to the stream, so that its key is held until `letGo` is called. */
  async function hold(stream: StreamName): Promise<() => Promise<unknown>> {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    let done: Promise<unknown> = Promise.resolve();
    await new Promise<void>((held) => {
      done = opened.unitOfWork.run(async (unit) => {
        await opened.store.append(stream, [testEvent('held')], { expectedVersion: 'any' });
        await unit.flush();
        held();
        await over;
      });
    });
    return () => (end(), done);
  }

  const append = (store: OpenedStore, stream: StreamName, op: string): Promise<string> =>
    told(store.store.append(stream, [testEvent(op)], { expectedVersion: 'any' }));

  it('stops those that need the stream, in their order, and nobody else', async () => {
    const stream = newStream();
    const other = await openStore(opened.url);
    const letGo = await hold(stream);
    const stopped = ['one', 'two', 'three'].map((op) => append(other, stream, op));
    const fine = Promise.all(Array.from({ length: 30 }, () => append(other, newStream(), 'fine')));
    const later = fine.then(() => append(other, newStream(), 'later'));
    // Those that are stopped wait for 30 s.
    expect(await endsWithin(later, 'all others', 20_000)).toBe('ok');
    expect(new Set(await fine)).toEqual(new Set(['ok']));
    expect(other.committer.statistics().queued).toBe(3);
    await letGo();
    expect(await Promise.all(stopped)).toEqual(['ok', 'ok', 'ok']);
    expect((await other.store.read(stream)).map(({ data }) => data['op'])).toEqual(['held', 'one', 'two', 'three']);
    await other.close();
  });

  it('tells those that waited too long, and goes on with the stream afterwards', async () => {
    const stream = newStream();
    const other = await openStore(opened.url, { committer: { lockTimeoutMs: 300 } });
    const letGo = await hold(stream);
    expect(await append(other, stream, 'late')).toBe('STATEMENT_TIMEOUT');
    // Letting go takes the time that it takes: those that come too early are told so as well.
    const answers: string[] = [];
    const last = until(
      async () => {
        answers.push(await append(other, stream, 'last'));
        return answers.at(-1) === 'ok';
      },
      'the stream to be free',
      60_000,
    );
    const closing = last.then(() => other.close());
    await letGo();
    await closing;
    expect(new Set(answers.slice(0, -1))).toEqual(new Set(answers.length > 1 ? ['STATEMENT_TIMEOUT'] : []));
    expect((await opened.store.read(stream)).map(({ data }) => data['op'])).toEqual(['held', 'last']);
  });

  it('waits for a lock that is not one of its keys, as long as a statement may run', async () => {
    const stream = newStream();
    const other = await openStore(opened.url);
    const connection = await opened.database.connect();
    await connection.query('begin');
    await connection.query('lock table minos.events in share mode');
    const answers = Promise.all([append(other, stream, 'one'), append(other, newStream(), 'two')]);
    await connection.query('select pg_sleep(2.5)');
    await connection.query('commit');
    connection.release();
    expect(await answers).toEqual(['ok', 'ok']);
    await other.close();
  });

  it('leaves the limit of the locks of a pinned unit to its own SQL', async () => {
    await opened.unitOfWork.run(async (unit) => {
      await opened.store.append(newStream(), [testEvent('pinned')], { expectedVersion: 'any' });
      await unit.flush();
      expect((await sqlOf(unit).query('show lock_timeout')).rows).toEqual([{ lock_timeout: '0' }]);
    });
  });
});
