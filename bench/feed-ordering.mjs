/**
 * Compares ways of reading a sequence-numbered table in one order while many transactions write to it.
 *
 *   DATABASE_URL=postgres://… node bench/feed-ordering.mjs [--seconds 15] [--draw early] [--quick]
 *
 * All readers watch the same writers: 24 connections on 8 hot streams, each writing another row first, with pauses before and after
 * the append and 10 % rollbacks, while one writing transaction stays open in another database of the cluster and one in the same
 * database. Then each candidate alone beside writers without pauses, for its price. Makes and drops databases of its own.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '15' }, draw: { type: 'string', default: 'insert' }, quick: { type: 'boolean', default: false } },
});
const SECONDS = options.quick ? 4 : Number(options.seconds);
const WRITERS = 24;
const STREAMS = 8;
const ROLLBACKS = 0.1;
const server = process.env.DATABASE_URL;
if (server === undefined) throw new Error('DATABASE_URL is not set: point it at a PostgreSQL server on which databases may be created.');

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const quantile = (numbers, q) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))] ?? NaN;

async function connect(database) {
  const url = new URL(server);
  if (database !== undefined) url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}

const SCHEMA = `
  create sequence positions cache 1;
  create table events (
    position bigint primary key default nextval('positions'), stream text not null, version bigint not null, id uuid not null unique,
    data json not null, unique (stream, version));
  create table inbox (id bigint generated always as identity primary key, note text);
  create table sequenced_events (
    number bigint generated always as identity primary key, position bigint unique, stream text not null, version bigint not null, id uuid not null unique,
    data json not null, unique (stream, version));
  create index on sequenced_events (number) where position is null;
  create table sequencer (position bigint not null);
  insert into sequencer values (0);`;

// ---- readers -------------------------------------------------------------------------------------------------------------------

const LATEST = 'select case when is_called then last_value else last_value - 1 end as latest from positions';
const BETWEEN = { name: 'between', text: 'select position, stream, version, id from events where position > $1 and position <= $2 order by position' };
const HOLDERS = `select array_agg(distinct virtualtransaction) as holders from pg_locks
  where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
    and relation = $1::regclass and mode = 'RowExclusiveLock' and granted`;

/** Latest number, then who holds the lock; a number is settled when none of those who held it then does so now. */
function lockFence(relation) {
  return () => {
    let marks = [];
    let last = 0n;
    return async (client) => {
      const latest = BigInt((await client.query(LATEST)).rows[0].latest);
      if (latest === last && marks.length === 0) return [];
      const holders = new Set((await client.query({ name: 'holders', text: HOLDERS, values: [relation] })).rows[0].holders ?? []);
      marks.push({ latest, holders: new Set(holders) });
      for (const mark of marks) for (const holder of mark.holders) if (!holders.has(holder)) mark.holders.delete(holder);
      let settled = last;
      while (marks.length > 0 && marks[0].holders.size === 0) settled = marks.shift().latest;
      if (settled === last) return [];
      const { rows } = await client.query({ ...BETWEEN, values: [last, settled] });
      last = settled;
      return rows;
    };
  };
}

/** Latest number, then a fresh transaction id; the number is settled when the cluster's oldest running transaction is younger. */
function epochWatermark() {
  const marks = [];
  let last = 0n;
  return async (client) => {
    const latest = BigInt((await client.query(LATEST)).rows[0].latest);
    if (latest !== (marks.at(-1)?.latest ?? last)) {
      marks.push({ latest, xid: BigInt((await client.query('select pg_current_xact_id()::text as xid')).rows[0].xid) });
    }
    if (marks.length === 0) return [];
    const oldest = BigInt((await client.query('select pg_snapshot_xmin(pg_current_snapshot())::text as oldest')).rows[0].oldest);
    let settled = last;
    while (marks.length > 0 && oldest >= marks[0].xid) settled = marks.shift().latest;
    if (settled === last) return [];
    const { rows } = await client.query({ ...BETWEEN, values: [last, settled] });
    last = settled;
    return rows;
  };
}

/** The control that must lose: whatever is visible behind the highest number seen. */
function positionAfterLast() {
  let last = 0n;
  return async (client) => {
    const { rows } = await client.query({ name: 'after', text: 'select position, stream, version, id from events where position > $1 order by position', values: [last] });
    if (rows.length > 0) last = BigInt(rows.at(-1).position);
    return rows;
  };
}

/** A single writer numbers committed rows afterwards, without gaps; readers then read by number. */
function leasedSequencer() {
  return async (client) => {
    const { rows } = await client.query({
      name: 'sequence',
      text: `with waiting as (select number from sequenced_events where position is null order by number limit 1000),
        numbered as (select number, row_number() over (order by number) as place from waiting),
        counter as (update sequencer set position = position + (select count(*) from numbered) where exists (select 1 from numbered) returning position - (select count(*) from numbered) as base)
        update sequenced_events e set position = counter.base + n.place from numbered n, counter where e.number = n.number
        returning e.position, e.stream, e.version, e.id`,
    });
    return rows.toSorted((a, b) => Number(BigInt(a.position) - BigInt(b.position)));
  };
}

const CANDIDATES = {
  'lock fence (table)': { make: lockFence('events'), table: 'events', safe: options.draw !== 'early' },
  'lock fence (sequence)': { make: lockFence('positions'), table: 'events', safe: true },
  'leased sequencer': { make: leasedSequencer, table: 'sequenced_events', safe: true },
  'epoch watermark': { make: epochWatermark, table: 'events', safe: true },
  'position > last': { make: positionAfterLast, table: 'events', safe: false },
};

// ---- writers -------------------------------------------------------------------------------------------------------------------

async function append(client, { table, adversarial, committed }) {
  const id = crypto.randomUUID();
  const stream = adversarial ? `hot-${Math.floor(Math.random() * STREAMS)}` : `cold-${id}`;
  await client.query('begin');
  await client.query({ name: 'inbox', text: 'insert into inbox (note) values ($1)', values: [id] });
  if (adversarial) await pause(Math.random() * 10);
  await client.query({ name: 'lock', text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [stream] });
  const early = adversarial && options.draw === 'early' && table === 'events';
  const drawn = early ? (await client.query("select nextval('positions') as n")).rows[0].n : undefined;
  if (early) await pause(Math.random() * 5);
  await client.query({
    name: `append-${table}-${early}`,
    text: `insert into ${table} (stream, version, id, data ${early ? ', position' : ''})
      select $1, coalesce(max(version), 0) + 1, $2, $3 ${early ? ', $4::bigint' : ''} from ${table} where stream = $1`,
    values: [stream, id, JSON.stringify({ text: 'x'.repeat(250) }), ...(early ? [drawn] : [])],
  });
  if (adversarial && Math.random() < 0.5) await pause(Math.random() * 5);
  if (adversarial && Math.random() < ROLLBACKS) return client.query('rollback');
  await client.query('commit');
  committed.set(id, performance.now());
}

async function write(database, run) {
  const client = await connect(database);
  while (!run.over) await append(client, run);
  await client.end();
}

// ---- one run -------------------------------------------------------------------------------------------------------------------

async function follow(database, make, run) {
  const client = await connect(database);
  const poll = make();
  const seen = [];
  const costs = [];
  const round = async () => {
    const started = performance.now();
    const rows = await poll(client);
    costs.push(performance.now() - started);
    const at = performance.now();
    for (const row of rows) seen.push({ ...row, at });
    return rows.length;
  };
  while (!run.over) {
    await round();
    await pause(run.pollMs);
  }
  await run.written;
  for (let quiet = 0; quiet < 20; ) {
    quiet = (await round()) === 0 ? quiet + 1 : 0;
    await pause(5);
  }
  await client.end();
  return { seen, costs };
}

function judge({ seen, costs }, committed) {
  const ids = new Set(seen.map((row) => row.id));
  const lost = [...committed.keys()].filter((id) => !ids.has(id)).length;
  const versions = new Map();
  let inverted = 0;
  for (const { stream, version } of seen) {
    if (Number(version) <= (versions.get(stream) ?? 0)) inverted += 1;
    else versions.set(stream, Number(version));
  }
  const delays = seen.flatMap((row) => (committed.has(row.id) ? [Math.max(0, row.at - committed.get(row.id))] : []));
  return { events: committed.size, lost, inverted, p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), poll: quantile(costs, 0.5), polls: costs.length };
}

async function contest(database, names, { adversarial, table, seconds }) {
  const run = { over: false, adversarial, table, committed: new Map(), pollMs: 2, written: undefined };
  const finished = Promise.withResolvers?.() ?? (() => { let resolve; const promise = new Promise((r) => (resolve = r)); return { promise, resolve }; })();
  run.written = finished.promise;
  const readers = names.map((name) => follow(database, CANDIDATES[name].make, run));
  const writers = Array.from({ length: WRITERS }, () => write(database, run));
  await pause(seconds * 1000);
  run.over = true;
  await Promise.all(writers);
  finished.resolve();
  const results = await Promise.all(readers);
  return { rate: run.committed.size / seconds, verdicts: results.map((result, index) => ({ name: names[index], ...judge(result, run.committed) })) };
}

async function openTransaction(database, statement) {
  const client = await connect(database);
  await client.query('begin');
  await client.query(statement);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

async function main() {
  const root = await connect();
  const suffix = `${process.pid}`;
  const [mine, other] = [`feed_bench_${suffix}`, `feed_bench_other_${suffix}`];
  for (const name of [mine, other]) await root.query(`create database ${name}`);
  const setup = await connect(mine);
  await setup.query(SCHEMA);
  const elsewhere = await connect(other);
  await elsewhere.query('create table held (n int)');
  await elsewhere.end();
  const figures = {};
  const print = (title, rows) => {
    console.log(`\n${title}`);
    console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'number' && !Number.isInteger(v) ? Number(v.toFixed(2)) : v]))));
  };
  try {
    const release = [await openTransaction(other, 'insert into held values (1)'), await openTransaction(mine, "insert into inbox (note) values ('held')")];
    const names = Object.keys(CANDIDATES).filter((name) => CANDIDATES[name].table === 'events');
    const first = await contest(mine, names, { adversarial: true, table: 'events', seconds: SECONDS });
    print(`adversarial writers, a foreign and a local writing transaction open (${options.draw === 'early' ? 'numbers drawn before the insert' : 'numbers drawn by the insert'})`, first.verdicts);
    const second = await contest(mine, ['leased sequencer'], { adversarial: true, table: 'sequenced_events', seconds: SECONDS });
    print('the same for the sequencer', second.verdicts);
    for (const end of release) await end();
    const third = await contest(mine, ['epoch watermark'], { adversarial: true, table: 'events', seconds: Math.min(SECONDS, 5) });
    print('epoch watermark with no other transaction open (the first run is part of what it delivers)', third.verdicts.map(({ name, p50, p99, poll }) => ({ name, p50, p99, poll })));
    const prices = [];
    for (const [name, { table }] of [['no reader', { table: 'events' }], ...Object.entries(CANDIDATES), ['no reader', { table: 'events' }]]) {
      await setup.query('truncate events, sequenced_events, inbox');
      await setup.query("update sequencer set position = 0");
      const { rate, verdicts } = await contest(mine, name === 'no reader' ? [] : [name], { adversarial: false, table, seconds: Math.min(SECONDS, 6) });
      prices.push({ name, appendsPerSecond: rate, ...(verdicts[0] ?? {}) });
    }
    print('price: 24 writers without pauses, one reader', prices.map(({ events: _, ...row }) => row));
    figures.adversarial = [...first.verdicts, ...second.verdicts];
    figures.price = prices;
    console.log(JSON.stringify({ bench: 'feed-ordering', figures }));
    const wrong = figures.adversarial.filter(({ name, lost, inverted, p50 }) => CANDIDATES[name].safe && name !== 'epoch watermark' && (lost > 0 || inverted > 0 || Number.isNaN(p50)));
    const control = figures.adversarial.find(({ name }) => name === 'position > last');
    if (wrong.length > 0 || control.lost === 0) process.exitCode = 1;
  } finally {
    await setup.end();
    for (const name of [mine, other]) await root.query(`drop database ${name} with (force)`);
    await root.end();
  }
}

await main();
