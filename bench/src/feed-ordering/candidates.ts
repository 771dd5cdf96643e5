import type { Client } from 'pg';

/** An event as a reader gets it. */
export interface Row {
  readonly position: string;
  readonly stream: string;
  readonly version: string;
  readonly id: string;
}

/** One look at the database; returns what is new. */
export type Poll = (client: Client) => Promise<readonly Row[]>;

export interface Candidate {
  readonly name: string;
  readonly table: 'events' | 'sequenced_events';
  make(): Poll;
}

interface Mark {
  readonly latest: bigint;
  open: readonly string[];
}

const LATEST = 'select coalesce(max(position), 0) as latest from events';
/** May show a number that is yet to come: nextval() writes one into the page while it logs it, and a SELECT does not wait for that. */
const LAST_VALUE = 'select case when is_called then last_value else last_value - 1 end as latest from positions';
const ROWS = {
  name: 'rows',
  text: 'select position, stream, version, id from events where position > $1 and position <= $2 order by position',
};
const HOLDERS = `select coalesce(array_agg(distinct virtualtransaction), '{}') as holders from pg_locks
  where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
    and relation = $1::regclass and mode = 'RowExclusiveLock' and granted`;
const SEQUENCE = `
  with waiting as (select number from sequenced_events where position is null order by number limit 1000),
    numbered as (select number, row_number() over (order by number) as place from waiting),
    counter as (
      update sequencer set position = position + (select count(*) from numbered) where exists (select 1 from numbered)
      returning position - (select count(*) from numbered) as base)
  update sequenced_events e set position = counter.base + n.place from numbered n, counter where e.number = n.number
  returning e.position, e.stream, e.version, e.id`;

async function one<T>(client: Client, text: string, values: readonly unknown[] = []): Promise<T> {
  return (await client.query(text, [...values])).rows[0] as T;
}

async function latestOf(client: Client, text = LATEST): Promise<bigint> {
  return BigInt((await one<{ latest: string }>(client, text)).latest);
}

async function between(client: Client, after: bigint, upTo: bigint): Promise<readonly Row[]> {
  return (await client.query<Row>({ ...ROWS, values: [after, upTo] })).rows;
}

/** The highest number that can be seen, then who holds the lock; a number is settled when none of those who held it then does so now. */
function lockFence(relation: string, number = LATEST): Poll {
  let marks: Mark[] = [];
  let last = 0n;
  return async (client) => {
    const latest = await latestOf(client, number);
    if (latest === last && marks.length === 0) return [];
    const { holders } = await one<{ holders: string[] }>(client, HOLDERS, [relation]);
    const present = new Set(holders);
    marks.push({ latest, open: holders });
    for (const mark of marks) mark.open = mark.open.filter((holder) => present.has(holder));
    const open = marks.findIndex((mark) => mark.open.length > 0);
    const settled = marks[(open === -1 ? marks.length : open) - 1]?.latest;
    if (settled === undefined) return [];
    marks = open === -1 ? [] : marks.slice(open);
    const rows = await between(client, last, settled);
    last = settled;
    return rows;
  };
}

/** The highest number that can be seen, then a fresh transaction id; settled when the oldest running transaction of the cluster is younger. */
function epochWatermark(): Poll {
  const marks: { readonly latest: bigint; readonly xid: bigint }[] = [];
  let last = 0n;
  return async (client) => {
    const latest = await latestOf(client);
    if (latest !== (marks.at(-1)?.latest ?? last)) {
      const { xid } = await one<{ xid: string }>(client, 'select pg_current_xact_id()::text as xid');
      marks.push({ latest, xid: BigInt(xid) });
    }
    const { oldest } = await one<{ oldest: string }>(client, 'select pg_snapshot_xmin(pg_current_snapshot())::text as oldest');
    let settled = last;
    for (let mark = marks[0]; mark !== undefined && BigInt(oldest) >= mark.xid; mark = marks[0]) {
      settled = mark.latest;
      marks.shift();
    }
    const rows = settled === last ? [] : await between(client, last, settled);
    last = settled;
    return rows;
  };
}

/** The control that must lose: whatever is visible behind the highest number seen. */
function positionAfterLast(): Poll {
  let last = 0n;
  return async (client) => {
    const rows = await between(client, last, 2n ** 62n);
    last = BigInt(rows.at(-1)?.position ?? last);
    return rows;
  };
}

/** A single writer numbers committed rows afterwards, without gaps; it alone is measured, readers would come on top. */
function sequencer(): Poll {
  return async (client) => {
    const { rows } = await client.query<Row>({ name: 'sequence', text: SEQUENCE });
    return rows.toSorted((a, b) => Number(BigInt(a.position) - BigInt(b.position)));
  };
}

export const LOCK_FENCE_TABLE: Candidate = { name: 'lock fence on the table', table: 'events', make: () => lockFence('events') };
export const LOCK_FENCE: Candidate = { name: 'lock fence on the sequence', table: 'events', make: () => lockFence('positions') };
export const LOCK_FENCE_LAST_VALUE: Candidate = {
  name: 'lock fence by last_value',
  table: 'events',
  make: () => lockFence('positions', LAST_VALUE),
};
export const EPOCH: Candidate = { name: 'epoch watermark', table: 'events', make: epochWatermark };
export const BY_POSITION: Candidate = { name: 'position > last', table: 'events', make: positionAfterLast };
export const SEQUENCER: Candidate = { name: 'leased sequencer', table: 'sequenced_events', make: sequencer };
