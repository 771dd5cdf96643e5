import { outboxLockKey } from '../../outbox/outbox-key.js';

/** Rows come and go once each, as in the outbox, so vacuum does the same. Due times are whole milliseconds. */
export const CREATE_SCHEDULES = `
create table minos.schedules (
  id uuid not null,
  tenant text collate "C" not null default '',
  type text collate "C" not null,
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  slot int not null,
  headers json not null,
  body text collate "C" not null,
  due_at timestamptz not null,
  scheduled_at timestamptz not null default clock_timestamp(),
  constraint schedules_pkey primary key (id)
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000, vacuum_truncate = off,
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000, toast.autovacuum_vacuum_cost_delay = 0
)`;

export const CREATE_SCHEDULES_DUE = 'create index schedules_due on minos.schedules (due_at, id)';

/**
 * A round has each id once: what a unit does to one id several times is done in its order. \`after\` counts from the database's clock, and what is not a whole
 * millisecond is rounded up, so that nothing leaves early. Returns the places of the cancels that found their message.
 */
export const CREATE_WRITE_SCHEDULES = `
create function minos.write_schedules(
  failed int[], last_round int, cancel_units int[], cancel_ordinals int[], cancel_rounds int[], cancel_ids uuid[],
  units int[], rounds int[], types text[], ats float8[], afters float8[],
  tenants text[], ids uuid[], channels text[], keys text[], key_hashes int[], slots int[], headers json, bodies text[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  started timestamptz := clock_timestamp();
  cancelled jsonb := '[]';
begin
  for turn in 0 .. last_round loop
    if cardinality(cancel_units) > 0 then
      with gone as (
        delete from minos.schedules as s using unnest(cancel_units, cancel_ordinals, cancel_rounds, cancel_ids) as c (unit, ordinal, round, id)
         where s.id = c.id and c.round = turn and not c.unit = any (failed) returning c.unit, c.ordinal)
      select cancelled || coalesce(jsonb_agg(jsonb_build_array(g.unit, g.ordinal)), '[]') into cancelled from gone as g;
    end if;
    if cardinality(units) > 0 then
      insert into minos.schedules as s (id, tenant, type, channel, key, key_hash, slot, headers, body, due_at)
      select m.id, m.tenant, m.type, m.channel, m.key, m.key_hash, m.slot, m.header, m.body,
             coalesce(timestamptz 'epoch' + m.at * interval '1 millisecond',
                      date_trunc('milliseconds', started + m.after * interval '1 millisecond' + interval '999 microseconds'))
        from rows from (
               unnest(units, rounds, types, ats, afters, tenants, ids, channels, keys, key_hashes, slots, bodies), json_array_elements(headers)
             ) as m (unit, round, type, at, after, tenant, id, channel, key, key_hash, slot, body, header)
       where m.round = turn and not m.unit = any (failed)
      on conflict on constraint schedules_pkey do update set
        tenant = excluded.tenant, type = excluded.type, channel = excluded.channel, key = excluded.key, key_hash = excluded.key_hash,
        slot = excluded.slot, headers = excluded.headers, body = excluded.body, due_at = excluded.due_at, scheduled_at = excluded.scheduled_at;
    end if;
  end loop;
  return cancelled;
end $$`;

/** Statistics of such a table are always old: along the index of due times, in its order. */
const ALONG_THE_INDEX =
  'set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off ' +
  'set enable_hashjoin = off set enable_mergejoin = off';

/** As {@link outboxLockKey} names it. */
const lockOf = (row: string): string => `hashtextextended(format('${outboxLockKey('%s', '%s')}', ${row}.channel, ${row}.key), 0)`;

/**
 * Moves what is due to the outbox, in one transaction that waits for nobody.
 *
 * Order: first the locks of the keys are tried under which every id of the outbox is drawn; a key that somebody holds is passed over. Then, behind the locks and
 * with a new snapshot, all that is due of these keys up to the last row seen is read again and locked. A row that somebody holds (who is about to cancel it) keeps
 * back what comes behind it in its key. So no row of a key leaves before an earlier one that is visible, whoever else moves at the same time.
 */
const MOVE_BEGIN = `minos.move_due_schedules(most int, most_bytes bigint)
returns table (moved int, into_slots int[], left_behind boolean, next_in_ms float8, now_ms float8)
language plpgsql volatile ${ALONG_THE_INDEX} as $$
declare
  started timestamptz := clock_timestamp();
  head record;
  held bigint[] := '{}';
  bytes bigint := 0;
  last_due timestamptz;
  last_id uuid;
  mine uuid[];
  gone record;
begin
  moved := 0;
  into_slots := '{}';
  for head in select d.id, d.due_at, d.channel, d.key, octet_length(d.body) as size from minos.schedules as d
            where d.due_at <= started order by d.due_at, d.id loop
    continue when not pg_try_advisory_xact_lock(${lockOf('head')});
    held := held || ${lockOf('head')};
    bytes := bytes + head.size;
    last_due := head.due_at;
    last_id := head.id;
    exit when cardinality(held) >= most or bytes >= most_bytes;
  end loop;
  if cardinality(held) > 0 then
    mine := array(
      select s.id from minos.schedules as s where (s.due_at, s.id) <= (last_due, last_id) and ${lockOf('s')} = any (held)
       order by s.due_at, s.id for update skip locked);
    with seen as (
      select `;
const MOVE_SEEN = `, bool_and(s.id = any (mine)) over (partition by s.channel, s.key order by s.due_at, s.id) as free
        from minos.schedules as s where (s.due_at, s.id) <= (last_due, last_id) and ${lockOf('s')} = any (held)
    ), taken as (
      `;
const MOVE_END = ` returning d.*
    )
    select count(*)::int as rows, array_agg(t.tenant order by t.due_at, t.id) as tenants, array_agg(t.id order by t.due_at, t.id) as ids,
           array_agg(t.channel order by t.due_at, t.id) as channels, array_agg(t.key order by t.due_at, t.id) as keys,
           array_agg(t.key_hash order by t.due_at, t.id) as hashes, array_agg(t.slot order by t.due_at, t.id) as slots,
           json_agg(t.headers order by t.due_at, t.id) as headers, array_agg(t.body order by t.due_at, t.id) as bodies
      into gone from taken as t;
    if gone.rows > 0 then
      moved := gone.rows;
      into_slots := array(select distinct unnest(gone.slots));
      perform minos.write_outbox(
        '{}', array_fill(0, array[gone.rows]), gone.tenants, gone.ids, gone.channels, gone.keys, gone.hashes, gone.slots, gone.headers, gone.bodies);
    end if;
  end if;
  left_behind := exists (select 1 from minos.schedules as d where d.due_at <= started);
  next_in_ms := (select extract(epoch from d.due_at - clock_timestamp()) * 1000 from minos.schedules as d
                  where d.due_at > started order by d.due_at, d.id limit 1);
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  return next;
end $$`;

const moveDue = (create: string, seen: string, deletion: string): string => `
${create} ${MOVE_BEGIN}${seen}${MOVE_SEEN}${deletion}${MOVE_END}`;

export const CREATE_MOVE_DUE_SCHEDULES = moveDue(
  'create function',
  's.id',
  'delete from minos.schedules as d using seen where d.id = seen.id and seen.free',
);

/** The same, with rows that are deleted by their places: made while nothing waited, the plan of the join looks through all that is due for each row. They are locked, so their places hold. */
export const MOVE_DUE_BY_PLACE = moveDue(
  'create or replace function',
  's.ctid as place',
  'delete from minos.schedules as d where d.ctid = any (array(select seen.place from seen where seen.free))',
);

export const MOVE_DUE_SCHEDULES = {
  name: 'minos_move_due_schedules',
  text: 'select * from minos.move_due_schedules($1::int, $2::bigint)',
};

/** Whether a message is pending as it was scheduled, so that one that was scheduled before under the same id is not taken for it. */
export const FIND_SCHEDULE = {
  name: 'minos_find_schedule',
  text: `select s.headers::text = $2 and s.body = $3 and ($4::float8 is null or s.due_at = timestamptz 'epoch' + $4::float8 * interval '1 millisecond') as same
           from minos.schedules as s where s.id = $1`,
};

export const LIST_SCHEDULES = {
  name: 'minos_list_schedules',
  text: `
select s.id, s.type, s.channel, s.key, s.tenant, extract(epoch from s.due_at)::float8 * 1000 as due_ms, extract(epoch from s.scheduled_at)::float8 * 1000 as scheduled_ms
  from minos.schedules as s
 where ($1::text is null or s.type = $1) and ($2::text is null or s.channel = $2) and ($3::text is null or s.key = $3)
   and ($4::float8 is null or (s.due_at, s.id) > (timestamptz 'epoch' + $4::float8 * interval '1 millisecond', $5::uuid))
 order by s.due_at, s.id limit $6::int`,
};

export const READ_SCHEDULE_PROGRESS = {
  name: 'minos_read_schedule_progress',
  text: `
select (select count(*)::int from (select 1 from minos.schedules limit $1::int) as waiting) as pending,
       coalesce((select greatest(0, extract(epoch from clock_timestamp() - s.due_at)) from minos.schedules as s order by s.due_at, s.id limit 1), 0)::float8 as overdue`,
};
