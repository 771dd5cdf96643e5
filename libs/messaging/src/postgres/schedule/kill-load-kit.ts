import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { uuidv7 } from '@minos/common';
import { until } from '@minos/common/testing';
import { openTestingSchedules } from '../schedule-kit.js';
import type { ChildOrder } from '../schedule-child-kit.js';
import { schedulesOf } from './move-load-kit.js';

export interface KillLoad {
  readonly processes: number;
  readonly kills: number;
  readonly crashAt?: readonly string[];
  /** Kills until a tick has been called again: a kill may fall between two calls. @default false */
  readonly untilRepeated?: boolean;
}

export interface KillVerdict {
  readonly kills: number;
  readonly messages: number;
  readonly lost: number;
  readonly twice: number;
  readonly inverted: number;
  readonly ticks: number;
  /** Ticks that moved on without their effect, or the other way round. */
  readonly torn: number;
  /** Ticks whose effect is there more than once. */
  readonly ticksTwice: number;
  /** The positive control: calls of the handler above one per tick, which is what effects outside of the unit come to. */
  readonly repeatedCalls: number;
}

type Opened = Awaited<ReturnType<typeof openTestingSchedules>>;

const SCRIPT = resolve(__dirname, '../../../dist/postgres/schedule-child-kit.js');
const DEADLINE_MS = 120_000;
const HANDLING_MS = 150;
const KEYS = 20;
const MOST_KILLS = 20;
const FEWEST_TICKS = 4;
const FEWEST_MESSAGES = 100;

/** Processes on the built package that move and fire, while one after the other is killed. */
export async function runUnderKills({ processes, kills, crashAt = [], untilRepeated = false }: KillLoad): Promise<KillVerdict> {
  const opened = await openTestingSchedules();
  await opened.database.query(HISTORY);
  const children = new Children(opened.url);
  const sending = startSending(opened);
  try {
    for (let n = 0; n < processes; n += 1) children.start();
    let struck = 0;
    for (; struck < kills; struck += 1) await children.killOneAtWork(HANDLING_MS * 1.3);
    for (; untilRepeated && struck < MOST_KILLS && !(await isRepeated(opened)); struck += 1) await children.killOneAtWork(0);
    for (const point of crashAt) await once(children.start({ crashAt: point }), 'exit');
    children.start();
    await until(async () => (await ticksOf(opened)) >= FEWEST_TICKS, 'some more ticks', DEADLINE_MS);
    await until(() => sending.sent() > FEWEST_MESSAGES, 'some more messages', DEADLINE_MS);
    const messages = await sending.stop();
    await until(async () => (await opened.schedules.progress()).pending === 0, 'everything to leave', DEADLINE_MS);
    await children.kill();
    return { kills: struck + crashAt.length, ...(await judge(opened, messages)) };
  } finally {
    await sending.stop().catch(() => undefined);
    await children.kill();
    await opened.close();
  }
}

class Children {
  private readonly running = new Set<ChildProcess>();
  private handling: ChildProcess[] = [];

  constructor(private readonly url: string) {}

  start(order: Partial<ChildOrder> = {}): ChildProcess {
    const child = startChild({ url: this.url, ...order });
    this.running.add(child);
    child.on('message', (said) => said === 'handling' && this.handling.push(child));
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  /** The next one that begins to handle a tick is killed so long after it at the most; another one takes its place. */
  async killOneAtWork(afterMs: number): Promise<void> {
    this.handling = [];
    const victim = await until(() => this.handling.find((child) => this.running.has(child)), 'a tick', DEADLINE_MS);
    await new Promise((done) => setTimeout(done, Math.random() * afterMs));
    await kill(victim);
    this.start();
  }

  /** All of them. */
  async kill(): Promise<void> {
    await Promise.all([...this.running].map(kill));
  }
}

function startChild(order: ChildOrder): ChildProcess {
  const code = `void require(${JSON.stringify(SCRIPT)}).serve(${JSON.stringify(order)})`;
  return spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What is due of a key in the order of due times: one after the other, each later than the one before. */
function startSending(opened: Opened): { sent(): number; stop(): Promise<number> } {
  const { schedules } = schedulesOf(opened);
  let sent = 0;
  let over = false;
  const send = async (): Promise<void> => {
    while (!over) {
      await opened.unitOfWork.run((unit) => {
        for (let n = 0; n < KEYS; n += 1) {
          const message = { id: uuidv7(), channel: 'stock', key: `key-${n}`, type: 'test.due', data: { n: sent + n } };
          schedules.enlist(unit, message, { after: 200 });
        }
      });
      sent += KEYS;
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  const sending = send();
  return { sent: () => sent, stop: () => ((over = true), sending.then(() => sent)) };
}

/** What a tick moved is written by the database itself. */
const HISTORY = `
create table calls (tick float8 not null);
create table moves (tick float8 not null);
create function note_move() returns trigger language plpgsql as $$ begin
  if new.next_at <> old.next_at then insert into moves (tick) values (extract(epoch from old.next_at)::float8 * 1000); end if;
  return null;
end $$;
create trigger note_move after update on minos.crons for each row execute function note_move()`;

async function ticksOf({ database }: Opened): Promise<number> {
  const { rows } = await database.query<{ ticks: number }>('select count(*)::int as ticks from moves');
  return rows[0]?.ticks ?? 0;
}

/** Whether a tick was called for the second time. */
async function isRepeated({ database }: Opened): Promise<boolean> {
  return (await database.query('select 1 from calls group by tick having count(*) > 1 limit 1')).rowCount > 0;
}

interface Sums {
  readonly twice: number;
  readonly found: number;
  readonly inverted: number;
  readonly ticks: number;
  readonly torn: number;
  readonly ticks_twice: number;
  readonly repeated: number;
}

async function judge({ database }: Opened, messages: number): Promise<Omit<KillVerdict, 'kills'>> {
  const { rows } = await database.query<Sums>(`
with due as (select o.id, o.key, (o.body::json ->> 'n')::int as n from minos.outbox as o where o.channel = 'stock'),
     ticks as (select (o.body::json ->> 'tick')::float8 as tick from minos.outbox as o where o.channel = 'ticks')
select (select count(*) - count(distinct n) from due)::int as twice, (select count(distinct n) from due)::int as found,
       (select count(*) from (select n < lag(n) over (partition by key order by id) as before from due) as d where before)::int as inverted,
       (select count(*) from moves)::int as ticks,
       (select count(*) from (select tick from ticks full join (select distinct tick from moves) as m using (tick) where m.tick is null or ticks.tick is null) as t)::int as torn,
       (select count(*) - count(distinct tick) from ticks)::int as ticks_twice,
       (select count(*) - count(distinct tick) from calls)::int as repeated`);
  const [sums] = rows;
  if (sums === undefined) throw new Error('no sums');
  const { twice, found, inverted, ticks, torn, ticks_twice: ticksTwice, repeated } = sums;
  return { messages, lost: messages - found, twice, inverted, ticks, torn, ticksTwice, repeatedCalls: repeated };
}
