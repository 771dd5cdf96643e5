import { MessageRegistry, uuidv7 } from '@minos/common';
import { until } from '@minos/common/testing';
import { Outbox } from '../../outbox/outbox.js';
import { ScheduleRunner } from '../../schedule/schedule-runner.js';
import { Schedules } from '../../schedule/schedules.js';
import { openSchedules, openTestingSchedules } from '../schedule-kit.js';

export type Opened = Awaited<ReturnType<typeof openSchedules>>;

/** What runs instead of a runner, in a process of its own, until it is told to end. */
export type Mover = (opened: Opened, isOver: () => boolean) => Promise<void>;

export interface MoveLoad {
  readonly messages: number;
  readonly keys: number;
  readonly movers: number;
  /** Every n-th message is cancelled about when it is due. */
  readonly cancelEvery: number;
  /** Until all that is due is spread over so many milliseconds. */
  readonly spreadMs: number;
  readonly mover?: Mover;
}

export interface MoveVerdict {
  readonly left: number;
  readonly cancelled: number;
  /** Neither cancelled nor in the outbox. */
  readonly lost: number;
  /** In the outbox more than once, or although the cancel won. */
  readonly twice: number;
  /** Came behind a later one of its key. */
  readonly inverted: number;
}

const DEADLINE_MS = 300_000;
const CANCELLERS = 12;
const HOUR = 3_600_000;
/** Until the first is due. */
const SOON_MS = 1_500;

interface Scheduled {
  readonly id: string;
  readonly key: string;
  readonly at: number;
}

export function schedulesOf({ outbox: _store, schedules: store, ...opened }: Opened): { schedules: Schedules; outbox: Outbox } {
  const outbox = new Outbox({ source: 'order', clock: opened.clock });
  const registry = new MessageRegistry();
  return { outbox, schedules: new Schedules({ service: 'order', outbox, store, registry, unitOfWork: opened.unitOfWork }) };
}

/** Schedules, then moves with several movers, each with a pool of its own, while cancels and other messages of the same keys come in between. */
export async function moveUnderLoad(load: MoveLoad): Promise<MoveVerdict> {
  const server = await openTestingSchedules();
  const { schedules, outbox } = schedulesOf(server);
  const later = await scheduleAll(server, load, schedules);
  const processes = await Promise.all(Array.from({ length: load.movers }, () => openSchedules(server.url)));
  const all = await bringForward(server, later);
  let over = false;
  const moving = processes.map((one) => (load.mover ?? runMover)(one, () => over));
  const sending = sendMeanwhile(server, load.keys, outbox, () => over);
  const cancelled = await cancelSome(server, all, load.cancelEvery, schedules);
  await until(() => isEmpty(server), 'everything to leave', DEADLINE_MS);
  over = true;
  await Promise.all([...moving, sending]);
  const verdict = await judge(server, all, cancelled);
  await Promise.all(processes.map((one) => one.close()));
  await server.close();
  return verdict;
}

/** Asked all the time, so it may not count. */
async function isEmpty({ database }: Opened): Promise<boolean> {
  return (await database.query('select 1 from minos.schedules limit 1')).rowCount === 0;
}

/** The times of one key come in no order, many of them are the same. */
async function scheduleAll(server: Opened, { messages, keys, spreadMs }: MoveLoad, schedules: Schedules): Promise<readonly Scheduled[]> {
  const start = Math.ceil((await server.crons.read([])).now) + HOUR;
  const step = Math.max(1, Math.floor(spreadMs / 20));
  const all = Array.from({ length: messages }, (_, n): Scheduled => {
    return { id: uuidv7(), key: `key-${n % keys}`, at: start + Math.floor(Math.random() * 20) * step };
  });
  for (let from = 0; from < all.length; from += 500) {
    await server.unitOfWork.run((unit) => {
      for (const { id, key, at } of all.slice(from, from + 500)) {
        schedules.enlist(unit, { id, channel: 'stock', key, type: 'test.due', data: { at } }, { at: new Date(at) });
      }
    });
  }
  return all;
}

/** However long it took to schedule them, the first is due soon from now. */
async function bringForward({ database, crons }: Opened, later: readonly Scheduled[]): Promise<readonly Scheduled[]> {
  const first = Math.min(...later.map(({ at }) => at));
  const by = Math.floor(first - SOON_MS - (await crons.read([])).now);
  await database.query(`update minos.schedules set due_at = due_at - $1::float8 * interval '1 millisecond'`, [by]);
  return later.map((one) => ({ ...one, at: one.at - by }));
}

async function runMover(opened: Opened, isOver: () => boolean): Promise<void> {
  const runner = new ScheduleRunner({ store: opened.schedules, clock: opened.clock }, { batchSize: 100, poll: '50ms' });
  runner.start();
  await until(isOver, 'the end', DEADLINE_MS);
  await runner.stop();
}

/** Holds the locks of keys for a while now and then, as units of work do that flush. */
async function sendMeanwhile({ unitOfWork }: Opened, keys: number, outbox: Outbox, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n += 1) {
    await unitOfWork.run(async (unit) => {
      outbox.enlist(unit, { channel: 'stock', key: `key-${n % keys}`, type: 'test.sent', data: null });
      if (n % 10 !== 0) return;
      await unit.flush();
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** One cancel in eight comes at once, the others about when the message is due. One in four stands in a longer unit, and some of those change their mind. */
async function cancelSome(server: Opened, all: readonly Scheduled[], every: number, schedules: Schedules): Promise<ReadonlySet<string>> {
  const cancelled = new Set<string>();
  const ahead = (await server.crons.read([])).now - Date.now();
  const cancel = async (id: string, when: number, n: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, when - ahead - Date.now())));
    const inUnit = async (): Promise<boolean> => {
      const was = await schedules.cancel(id);
      if (n % 3 === 0) throw new Error('changed my mind');
      return was;
    };
    const was = n % 4 !== 0 ? await schedules.cancel(id) : await server.unitOfWork.run(inUnit).catch(() => false);
    if (was) cancelled.add(id);
  };
  const chosen = all
    .filter((_, n) => n % every === 0)
    .map(({ id, at }, n) => ({ id, when: n % 8 === 0 ? 0 : at - 800 + Math.random() * 830 }));
  const queue = chosen.sort((one, other) => one.when - other.when).entries();
  const work = async (): Promise<void> => {
    for (const [n, { id, when }] of queue) await cancel(id, when, n);
  };
  await Promise.all(Array.from({ length: CANCELLERS }, work));
  return cancelled;
}

async function judge({ database }: Opened, all: readonly Scheduled[], cancelled: ReadonlySet<string>): Promise<MoveVerdict> {
  const { rows } = await database.query<{ id: string; key: string }>(
    `select o.message_id::text as id, o.key from minos.outbox as o where o.headers->>'ce_type' = 'test.due' order by o.id`,
  );
  const byId = new Map(all.map((one) => [one.id, one]));
  const last = new Map<string, string>();
  const seen = new Set<string>();
  let twice = 0;
  let inverted = 0;
  for (const { id, key } of rows) {
    const place = `${String(byId.get(id)?.at ?? 0).padStart(16, '0')} ${id}`;
    if (seen.has(id) || cancelled.has(id)) twice += 1;
    else if (place < (last.get(key) ?? '')) inverted += 1;
    seen.add(id);
    if (place > (last.get(key) ?? '')) last.set(key, place);
  }
  const lost = all.filter(({ id }) => !seen.has(id) && !cancelled.has(id)).length;
  return { left: rows.length, cancelled: cancelled.size, lost, twice, inverted };
}

const COPY = `insert into minos.outbox (tenant, message_id, channel, key, key_hash, slot, headers, body)
  select tenant, id, channel, key, key_hash, slot, headers, body from minos.schedules where id = any ($1::uuid[]) order by due_at, id`;
const DUE = 'select id from minos.schedules where due_at <= clock_timestamp() order by due_at, id limit 100';

/** Selects what is due and sends it, then deletes it, in two transactions. */
export const naiveMover: Mover = async ({ database }, isOver) => {
  while (!isOver()) {
    const { rows } = await database.query<{ id: string }>(DUE);
    const ids = rows.map(({ id }) => id);
    await database.query(COPY, [ids]);
    await database.query('delete from minos.schedules where id = any ($1::uuid[])', [ids]);
    if (ids.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** One transaction, and rows that nobody else has: what a mover does that has heard of SKIP LOCKED. */
export const skippingMover: Mover = async ({ database }, isOver) => {
  while (!isOver()) {
    const moved = await database.transaction(async (sql) => {
      const { rows } = await sql.query<{ id: string }>(`${DUE.replace('limit 100', 'limit 10')} for update skip locked`);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      await sql.query(COPY, [ids]);
      await sql.query('delete from minos.schedules where id = any ($1::uuid[])', [ids]);
      return ids.length;
    });
    if (moved === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
