import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { median, percentile } from '../statistics.js';
import type { Candidate, Row } from './candidates.js';
import { connect } from './schema.js';

export interface ContestOptions {
  readonly url: string;
  readonly table: Candidate['table'];
  readonly candidates: readonly Candidate[];
  readonly seconds: number;
  /** 8 hot streams, pauses before and after the append, 10 % rollbacks; else streams of their own, without pauses. */
  readonly adversarial: boolean;
  /** Numbers are drawn in a statement before the insert. */
  readonly drawEarly?: boolean;
}

export interface Verdict {
  readonly name: string;
  readonly lost: number;
  readonly inverted: number;
  readonly delivered: number;
  /** Milliseconds from the acknowledged commit. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of one look, the middle of them. */
  readonly look: number;
}

interface Run extends ContestOptions {
  readonly committed: Map<string, number>;
  over: boolean;
}

interface Seen extends Row {
  readonly at: number;
}

const WRITERS = 24;
const STREAMS = 8;
const ROLLBACKS = 0.1;
const LOOK_EVERY_MS = 2;
const DATA = JSON.stringify({ text: 'x'.repeat(250) });

/** All candidates watch the same writers. */
export async function contest(options: ContestOptions): Promise<{ readonly perSecond: number; readonly verdicts: readonly Verdict[] }> {
  const run: Run = { ...options, committed: new Map(), over: false };
  const writers = Promise.all(Array.from({ length: WRITERS }, () => write(run)));
  const readers = options.candidates.map((candidate) => follow(candidate, run, writers));
  await pause(options.seconds * 1000);
  run.over = true;
  await writers;
  const verdicts = await Promise.all(readers);
  return { perSecond: run.committed.size / options.seconds, verdicts };
}

async function write(run: Run): Promise<void> {
  const client = await connect(run.url);
  while (!run.over) await append(client, run);
  await client.end();
}

async function append(client: Client, { table, adversarial, drawEarly = false, committed }: Run): Promise<void> {
  const id = randomUUID();
  const stream = adversarial ? `hot-${randomInt(STREAMS)}` : id;
  const rest = (most: number): Promise<void> => (adversarial ? pause(Math.random() * most) : Promise.resolve());
  await client.query('begin');
  await client.query({ name: 'other', text: 'insert into other_rows (note) values ($1)', values: [id] });
  await rest(10);
  await client.query({ name: 'lock', text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [stream] });
  const drawn = drawEarly ? [await draw(client)] : [];
  if (drawEarly) await rest(5);
  await client.query({ name: `append-${drawEarly}`, text: insert(table, drawEarly), values: [stream, id, DATA, ...drawn] });
  if (Math.random() < 0.5) await rest(5);
  const rollback = adversarial && Math.random() < ROLLBACKS;
  await client.query(rollback ? 'rollback' : 'commit');
  if (!rollback) committed.set(id, performance.now());
}

async function draw(client: Client): Promise<unknown> {
  return (await client.query<{ n: string }>("select nextval('positions') as n")).rows[0]?.n;
}

function insert(table: string, drawn: boolean): string {
  return `insert into ${table} (stream, version, id, data${drawn ? ', position' : ''})
    select $1, coalesce(max(version), 0) + 1, $2, $3${drawn ? ', $4::bigint' : ''} from ${table} where stream = $1`;
}

async function follow(candidate: Candidate, run: Run, writers: Promise<unknown>): Promise<Verdict> {
  const client = await connect(run.url);
  const poll = candidate.make();
  const seen: Seen[] = [];
  const looks: number[] = [];
  const look = async (): Promise<number> => {
    const begun = performance.now();
    const rows = await poll(client);
    const at = performance.now();
    looks.push(at - begun);
    for (const row of rows) seen.push({ ...row, at });
    return rows.length;
  };
  for (; !run.over; await pause(LOOK_EVERY_MS)) await look();
  await writers;
  for (let quiet = 0; quiet < 20; await pause(LOOK_EVERY_MS)) quiet = (await look()) === 0 ? quiet + 1 : 0;
  await client.end();
  return { name: candidate.name, ...judge(run.committed, seen), look: median(looks) };
}

function judge(committed: ReadonlyMap<string, number>, seen: readonly Seen[]): Omit<Verdict, 'name' | 'look'> {
  const ids = new Set(seen.map(({ id }) => id));
  const reached = new Map<string, number>();
  let inverted = 0;
  for (const { stream, version } of seen) {
    if (Number(version) <= (reached.get(stream) ?? 0)) inverted += 1;
    else reached.set(stream, Number(version));
  }
  const delays = seen.flatMap(({ id, at }) => (committed.has(id) ? [Math.max(0, at - (committed.get(id) ?? at))] : []));
  return {
    lost: [...committed.keys()].filter((id) => !ids.has(id)).length,
    inverted,
    delivered: seen.length,
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
  };
}
