import { uuidv7 } from '@minos/common';
import type { Change, Unit } from '@minos/common';
import { MAIL_SAGA, type MailSaga, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import { anInstance, CHECKOUT, entry, HOUR, LOOK, next } from '../testing/saga-store-scene.js';
import { openSagas, openTestingSagas } from './saga-store-kit.js';
import { SagaWriter } from './saga.writer.js';

type Opened = Awaited<ReturnType<typeof openSagas>>;

const ROUNDS = 25;
const INSTANCES = 12;

function saveOf(instance: SaveSaga['instance'], more: Partial<SaveSaga> = {}): SaveSaga {
  return { kind: SAVE_SAGA, instance, journal: [], read: [], ifAbsent: false, ...more };
}

const mailTo = (sagaId: string): MailSaga => ({ kind: MAIL_SAGA, id: uuidv7(), sagaId, body: LOOK });

describe('processes that save, mail, claim and purge at once', () => {
  let one: Awaited<ReturnType<typeof openTestingSagas>>;
  let other: Opened;
  beforeAll(async () => {
    one = await openTestingSagas();
    other = await openSagas(one.url);
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });
  beforeEach(() => one.database.query('truncate minos.sagas, minos.saga_journal, minos.saga_mail'));

  const commit = (where: Opened, ...changes: Change[]): Promise<void> =>
    where.unitOfWork.run(async (unit: Unit) => changes.forEach((change) => unit.enlist(change)), { attempts: 1 });

  /** Both processes claim until they are told to stop; the claims are noted with the turn at which they were answered. */
  const claiming = (given: Map<string, number>, turn: () => number, isOver: () => boolean): Promise<void>[] =>
    [one, other].map(async ({ store }) => {
      while (!isOver()) for (const id of (await store.claimDue([CHECKOUT], 3, HOUR)).ids) given.set(id, turn());
    });

  it('lose no wake-up: behind each one that is committed there is a claim', async () => {
    const all = Array.from({ length: INSTANCES }, () => anInstance({ wakeAt: 1 }));
    await commit(one, ...all.map((instance) => saveOf(instance)));
    let turns = 0;
    let over = false;
    const turn = (): number => (turns += 1);
    const [asked, given] = [new Map<string, number>(), new Map<string, number>()];
    const claims = claiming(given, turn, () => over);
    const waking = all.map(async (instance, place) => {
      for (let n = 0, stored = instance; n < ROUNDS; n += 1) {
        // A save by the one process and mail by the other, of which either may be first.
        stored = next(stored, n % 2 === 0 ? {} : { wakeAt: 1 });
        asked.set(stored.id, turn());
        await Promise.all([commit(one, saveOf(stored)), commit(other, mailTo(stored.id))]);
        if (place % 3 === 0) await other.database.query('delete from minos.saga_mail where saga_id = $1', [stored.id]);
      }
    });
    await Promise.all(waking).finally(() => (over = true));
    await Promise.all(claims);
    over = false;
    for (const { id } of (await one.database.query<{ id: string }>('select id from minos.sagas where wake_at <= clock_timestamp()')).rows)
      given.set(id, turn());
    expect(all.filter(({ id }) => (given.get(id) ?? 0) < (asked.get(id) ?? 0))).toEqual([]);
  });

  it('control: a claim that writes what it has read before loses some', async () => {
    const all = Array.from({ length: INSTANCES }, () => anInstance({ wakeAt: 1 }));
    await commit(one, ...all.map((instance) => saveOf(instance)));
    let lost = 0;
    for (const { id } of all) {
      const { rows } = await other.database.query('select id from minos.sagas where id = $1 and wake_at <= clock_timestamp()', [id]);
      const read = (await other.store.load(id))?.mail ?? [];
      await commit(one, mailTo(id));
      await other.database.query(`update minos.sagas set wake_at = clock_timestamp() + interval '1 hour' where id = $1`, [id]);
      if (rows.length === 1 && read.length === 0) lost += 1;
    }
    expect((await one.store.claimDue([CHECKOUT], 100, 1)).ids).toEqual([]);
    expect(lost).toBe(INSTANCES);
  });

  it('purge what has ended while late changes still come, and leave nothing behind of it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const all = Array.from({ length: 20 }, () => anInstance({ phase: 'completed', entries: 1 }));
      await commit(one, ...all.map((instance) => saveOf(instance, { journal: [entry('completed')] })));
      const late = all.map((instance, n) =>
        commit(n % 2 === 0 ? one : other, saveOf(next(instance, { entries: 2 }), { journal: [entry('late')] }), mailTo(instance.id)).catch(
          ({ code }: { code: string }) => code,
        ),
      );
      const purges = [one, other, one].map(({ store }) => store.purge(-HOUR, 7));
      const outcomes = await Promise.all(late);
      await Promise.all(purges);
      while ((await other.store.purge(-HOUR, 100)) > 0);
      expect(outcomes.filter((outcome) => outcome !== undefined && outcome !== 'CONCURRENCY_CONFLICT')).toEqual([]);
      const { rows } = await one.database.query(
        `select (select count(*) from minos.sagas)::int as sagas, (select count(*) from minos.saga_journal)::int as entries, (select count(*) from minos.saga_mail)::int as mail`,
      );
      expect(rows).toEqual([{ sagas: 0, entries: 0, mail: 0 }]);
    }
  });
});

describe('a change whose commit may be lost', () => {
  let opened: Awaited<ReturnType<typeof openTestingSagas>>;
  beforeAll(async () => void (opened = await openTestingSagas()));
  afterAll(() => opened.close());

  const writer = new SagaWriter();
  const find = (change: SaveSaga | MailSaga) => writer.find(change, '', opened.database);
  const commit = (...changes: Change[]): Promise<void> =>
    opened.unitOfWork.run(async (unit) => changes.forEach((change) => unit.enlist(change)));

  it('is found by its content, also behind later ones', async () => {
    const first = saveOf(anInstance({ key: 'k', entries: 1 }), { journal: [entry('started')] });
    const second = saveOf(next(first.instance, { entries: 2 }), { journal: [entry('sent', { request: 'r-2' })] });
    const rival = saveOf(next(first.instance, { entries: 2, state: 'other' }), { journal: [entry('sent', { request: 'r-3' })] });
    expect(await find(first)).toBeUndefined();
    await commit(first);
    expect([await find(first), await find(second)]).toEqual([{ result: true }, undefined]);
    await commit(second);
    expect([await find(first), await find(second), await find(rival)]).toEqual([{ result: true }, { result: true }, undefined]);
    await commit(saveOf(next(second.instance, { entries: 2 })));
    expect([await find(second), await find(rival)]).toEqual([{ result: true }, undefined]);
    const silent = saveOf(next(first.instance, { entries: 1, state: 'silent' }));
    expect(await find(silent)).toBe('unknowable');
  });

  it('with ifAbsent says nothing about its unit where somebody else has made it', async () => {
    const mine = saveOf(anInstance({ key: 'absent' }), { ifAbsent: true });
    const theirs = saveOf(anInstance({ key: 'absent' }));
    expect(await find(mine)).toBeUndefined();
    await commit(theirs);
    expect([await find(mine), await find({ ...mine, instance: { ...theirs.instance, state: 1 } })]).toEqual(['unknowable', 'unknowable']);
  });

  it('of mail is found until it is taken in', async () => {
    const instance = anInstance();
    const mail = mailTo(instance.id);
    await commit(saveOf(instance));
    expect(await find(mail)).toBe('unknowable');
    await commit(mail);
    expect(await find(mail)).toEqual({ result: undefined });
  });
});
