/**
 * Names and keys compare bytewise. The one index serves reading by slot in order and deleting by slot and id. Every row is inserted and deleted once, so vacuum
 * comes by number of dead rows, whatever is there, and does not pause; the file is not cut back, which would lock readers out, but used again.
 */
export const CREATE_OUTBOX = `
create table minos.outbox (
  id bigint generated always as identity (cache 1),
  tenant text collate "C" not null default '',
  message_id uuid not null,
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  slot int not null,
  headers json not null,
  body text collate "C" not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint outbox_pkey primary key (slot, id)
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000, vacuum_truncate = off,
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000, toast.autovacuum_vacuum_cost_delay = 0
)`;

export const CREATE_REFUSED_KEYS = `
create table minos.refused_keys (
  tenant text collate "C" not null default '',
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  reason text not null,
  refused_at timestamptz not null default clock_timestamp(),
  constraint refused_keys_pkey primary key (channel, key)
)`;

/** Headers come as one JSON array. Ids are drawn in the order in which the rows are given, which is that of the one scan that feeds the insert. */
export const CREATE_WRITE_OUTBOX = `
create function minos.write_outbox(
  failed int[], units int[], tenants text[], message_ids uuid[], channels text[], keys text[], key_hashes int[], slots int[], headers json, bodies text[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  insert into minos.outbox (tenant, message_id, channel, key, key_hash, slot, headers, body)
  select m.tenant, m.message_id, m.channel, m.key, m.key_hash, m.slot, m.header, m.body
    from rows from (unnest(units, tenants, message_ids, channels, keys, key_hashes, slots, bodies), json_array_elements(headers))
      as m (unit, tenant, message_id, channel, key, key_hash, slot, body, header)
   where not m.unit = any (failed);
  return null;
end $$`;

/** For transactions that are nobody's unit: takes the locks that a unit's commit would, in the same order, then draws the ids. */
export const CREATE_ADD_TO_OUTBOX = `
create function minos.add_to_outbox(
  locks text[], tenants text[], message_ids uuid[], channels text[], keys text[], key_hashes int[], slots int[], headers json, bodies text[]
) returns void language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  lock text;
begin
  foreach lock in array locks loop
    perform pg_advisory_xact_lock(hashtextextended(lock, 0));
  end loop;
  perform minos.write_outbox('{}', array_fill(0, array[cardinality(keys)]), tenants, message_ids, channels, keys, key_hashes, slots, headers, bodies);
end $$`;

const REFUSED = `(o.channel, o.key) in (select r.channel, r.key from minos.refused_keys as r)`;

/**
 * What waits grows and shrinks too fast for statistics, so the plans are given: along the index, in its order. Anything else reads all that waits to find
 * its beginning.
 */
const ALONG_THE_INDEX =
  'set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off ' +
  'set enable_hashjoin = off set enable_mergejoin = off';

export const SLOTS_OF_A_READ = 8;

const BRANCHES = Array.from(
  { length: SLOTS_OF_A_READ },
  (_, index) => `(select * from minos.outbox where slot = slots[${index + 1}] order by id)`,
);

/**
 * One branch per slot, each in order, so that the index scans are merged and no more rows are read than returned. A page ends behind the row with which it
 * has `bytes`.
 */
export const CREATE_READ_UNSENT = `
create function minos.read_unsent(slots int[], page int, bytes bigint, without text[])
returns table (id bigint, message_id uuid, channel text, key text, slot int, headers json, body text, age_ms float8)
language plpgsql volatile ${ALONG_THE_INDEX} as $$
#variable_conflict use_column
begin
  return query
    select p.id, p.message_id, p.channel, p.key, p.slot, p.headers, p.body,
           greatest(0, extract(epoch from clock_timestamp() - p.created_at) * 1000)::float8
      from (
        select u.*, sum(octet_length(u.body)) over (order by u.id rows between unbounded preceding and 1 preceding) as before
          from (
            select o.* from (${BRANCHES.join(' union all ')}) as o
             where not ${REFUSED} and o.channel <> all (without)
             order by o.id limit page
          ) as u
      ) as p
     where coalesce(p.before, 0) < bytes
     order by p.id;
end $$`;

/** The oldest of a slot is its lowest id, about; so only the heads of the slots are looked at. */
export const CREATE_READ_OUTBOX_PROGRESS = `
create function minos.read_outbox_progress(slots int, most int) returns table (unsent int, oldest float8, refused int)
language plpgsql volatile ${ALONG_THE_INDEX} as $$
begin
  return query
    select (select count(*)::int from (select 1 from minos.outbox as o where not ${REFUSED} limit most) as waiting),
           (select coalesce(greatest(0, extract(epoch from clock_timestamp() - min(h.created_at))), 0)::float8
              from generate_series(0, slots - 1) as s (slot)
              cross join lateral (select o.created_at from minos.outbox as o where o.slot = s.slot and not ${REFUSED} order by o.id limit 1) as h),
           (select count(*)::int from minos.refused_keys);
end $$`;

/** Returns what the check of the fences said where one of them does not hold: then nothing is deleted. A holder cannot lose the lease before this has committed. */
const forgetOutbox = (create: string, deletion: string): string => `
${create} minos.forget_outbox(slots int[], ids bigint[], lease_numbers int[], lease_tenants text[], lease_names text[], lease_epochs bigint[])
returns jsonb language plpgsql volatile ${ALONG_THE_INDEX} as $$
declare
  lost jsonb;
begin
  lost := minos.check_leases(0, lease_numbers, lease_numbers, lease_tenants, lease_names, lease_epochs);
  if lost is not null then
    return lost;
  end if;
  ${deletion}
  return null;
end $$`;

export const CREATE_FORGET_OUTBOX = forgetOutbox(
  'create function',
  'delete from minos.outbox as o using unnest(slots, ids) as f (slot, id) where o.slot = f.slot and o.id = f.id;',
);

/**
 * The same, with rows that are looked up one by one, whatever statistics say: made while nothing waited, the plan of the join reads all that waits for each of them.
 * `offset 0` keeps the lookup from being turned round, and nobody changes a row of the outbox, so its place holds.
 */
export const FORGET_OUTBOX_ROW_BY_ROW = forgetOutbox(
  'create or replace function',
  `delete from minos.outbox where ctid = any (array(
    select o.place from unnest(slots, ids) as f (slot, id)
     cross join lateral (select w.ctid as place from minos.outbox as w where w.slot = f.slot and w.id = f.id offset 0) as o));`,
);

export const CREATE_REFUSE_OUTBOX_KEY = `
create function minos.refuse_outbox_key(
  channel text, key text, key_hash int, reason text, lease_number int, lease_tenant text, lease_name text, lease_epoch bigint
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  lost jsonb;
begin
  lost := minos.check_leases(0, array[lease_number], array[lease_number], array[lease_tenant], array[lease_name], array[lease_epoch]);
  if lost is null then
    insert into minos.refused_keys (channel, key, key_hash, reason) values (channel, key, key_hash, reason)
    on conflict on constraint refused_keys_pkey do nothing;
  end if;
  return lost;
end $$`;

export const ADD_TO_OUTBOX =
  'select minos.add_to_outbox($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::int[], $8::json, $9::text[])';

/** The slot keeps the search to a part of what waits. */
export const FIND_MESSAGE = {
  name: 'minos_find_message',
  text: 'select 1 as found from minos.outbox where slot = $1 and message_id = $2 order by id desc limit 1',
};

/** Does not wait for the log: what a crash of the server brings back is published once more. */
export const FORGET_OUTBOX = {
  name: 'minos_forget_outbox',
  text: `with hurry as materialized (select set_config('synchronous_commit', 'off', true) as done)
         select minos.forget_outbox($1::int[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::bigint[]) as lost from hurry where done is not null`,
};

export const REFUSE_OUTBOX_KEY = {
  name: 'minos_refuse_outbox_key',
  text: 'select minos.refuse_outbox_key($1, $2, $3::int, $4, 0, $5, $6, $7::bigint) as lost',
};

export const READ_REFUSED_KEYS = {
  name: 'minos_read_refused_keys',
  text: `select channel, key, reason, extract(epoch from refused_at)::float8 * 1000 as "refusedAt"
         from minos.refused_keys order by refused_at, channel, key limit $1`,
};

/** Several reads in one statement; the rows of one stand together, in their order, because the function is called for one after another. */
export const READ_UNSENT = {
  name: 'minos_read_unsent',
  text: `select (p.number - 1)::int as read, r.*
           from unnest($1::text[], $2::int[], $3::text[]) with ordinality as p (slots, page, without, number)
          cross join lateral minos.read_unsent(p.slots::int[], p.page, $4::bigint, p.without::text[]) as r`,
};

/** Not prepared: it is to be planned for as many rows as there are now, and each time is seldom. */
export const READ_WAITING_SLOTS = {
  text: `select s.slot from unnest($1::int[]) as s (slot)
          cross join lateral (select 1 from minos.outbox as o where o.slot = s.slot and not ${REFUSED} order by o.id limit 1) as head`,
};

export const READ_OUTBOX_PROGRESS = {
  name: 'minos_read_outbox_progress',
  text: 'select * from minos.read_outbox_progress($1::int, $2::int)',
};
