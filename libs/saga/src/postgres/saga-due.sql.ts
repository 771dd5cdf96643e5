import { byIndex, CARRIED } from './saga-parts.sql.js';

/**
 * Waits for nobody: rows that somebody else holds (who claims them, or changes them) are passed over. Of each plan more is looked at than is asked for, so that callers who
 * come at once find something each. The lease is written without waiting for the server's log: one that is lost in a crash is claimed again.
 */
export const CREATE_CLAIM_DUE_SAGAS = `
create function minos.claim_due_sagas(names text[], versions int[], hashes text[], most int, lease_ms float8)
returns table (claimed uuid[], left_behind boolean, next_in_ms float8, now_ms float8) language plpgsql volatile ${byIndex} as $$
declare
  started timestamptz := clock_timestamp();
  done text;
begin
  claimed := '{}';
  if exists (select from unnest(names, versions, hashes) as c (name, version, hash)
              cross join lateral (select from minos.sagas as s where ${CARRIED} and s.wake_at <= started limit 1) as d) then
    done := set_config('synchronous_commit', 'off', true);
    with seen as materialized (
      select d.id, d.wake_at from unnest(names, versions, hashes) as c (name, version, hash)
       cross join lateral (
         select s.id, s.wake_at from minos.sagas as s where ${CARRIED} and s.wake_at <= started order by s.wake_at, s.id limit most * 4) as d
    ), mine as materialized (
      select s.id, seen.wake_at from seen join minos.sagas as s on s.id = seen.id
       where s.wake_at <= started order by seen.wake_at, seen.id limit most for update of s skip locked
    ), taken as (
      update minos.sagas as s set wake_at = date_trunc('milliseconds', started) + lease_ms * interval '1 millisecond' from mine where s.id = mine.id
      returning s.id, mine.wake_at
    )
    select coalesce(array_agg(t.id order by t.wake_at, t.id), '{}') into claimed from taken as t;
  end if;
  left_behind := exists (select from unnest(names, versions, hashes) as c (name, version, hash)
                          cross join lateral (select from minos.sagas as s where ${CARRIED} and s.wake_at <= started limit 1) as d);
  next_in_ms := (select extract(epoch from min(d.wake_at) - clock_timestamp()) * 1000 from unnest(names, versions, hashes) as c (name, version, hash)
                  cross join lateral (select s.wake_at from minos.sagas as s where ${CARRIED} and s.wake_at > started order by s.wake_at, s.id limit 1) as d);
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  return next;
end $$`;

export const CLAIM_DUE_SAGAS = {
  name: 'minos_claim_due_sagas',
  text: 'select * from minos.claim_due_sagas($1::text[], $2::int[], $3::text[], $4::int, $5::float8)',
};

/** The longest due is looked for plan by plan, along the index. */
export const READ_SAGA_PROGRESS = {
  name: 'minos_read_saga_progress',
  text: `
with recursive plans as (
  (select s.name, s.version, s.hash from minos.sagas as s where s.ended_at is null or s.wake_at is not null order by s.name, s.version, s.hash limit 1)
  union all
  select n.name, n.version, n.hash from plans as c cross join lateral (
    select s.name, s.version, s.hash from minos.sagas as s
     where (s.ended_at is null or s.wake_at is not null) and (s.name, s.version, s.hash) > (c.name, c.version, c.hash)
     order by s.name, s.version, s.hash limit 1) as n
), counted as (
  select s.status, count(*)::int as count from (select status from minos.sagas where ended_at is null limit $1::int) as s group by s.status
)
select coalesce((select count from counted where status = 'running'), 0) as running,
       coalesce((select count from counted where status = 'compensating'), 0) as compensating,
       coalesce((select count from counted where status = 'parked'), 0) as parked,
       coalesce((select greatest(0, extract(epoch from clock_timestamp() - min(d.wake_at))) from plans as c cross join lateral (
         select s.wake_at from minos.sagas as s where ${CARRIED} and s.wake_at is not null order by s.wake_at, s.id limit 1) as d), 0)::float8 as overdue`,
};

export const READ_SAGAS_IN_USE = {
  name: 'minos_read_sagas_in_use',
  text: `
with recursive live as (
  select s.id, s.name, s.version, s.hash from minos.sagas as s where s.ended_at is null
  union all
  select c.id, c.name, c.version, c.hash from live as p
    join (select s.id, s.name, s.version, s.hash, (s.data #>> '{parent,id}')::uuid as parent from minos.sagas as s where s.status = 'completed') as c on c.parent = p.id
)
select l.name, l.version, l.hash, count(*)::int as live from live as l group by 1, 2, 3 order by 1, 2, 3`,
};

/**
 * The rows of the instances are locked first, so that nobody adds to them any more; what they have is read behind that, with a snapshot of its own. Who holds one of them is
 * not waited for.
 */
export const CREATE_PURGE_SAGAS = `
create function minos.purge_sagas(older_ms float8, most int) returns int language plpgsql volatile ${byIndex} as $$
declare
  old uuid[];
begin
  old := array(
    select s.id from minos.sagas as s where s.ended_at < clock_timestamp() - older_ms * interval '1 millisecond'
       and not exists (select from minos.sagas as p where p.id = (s.data #>> '{parent,id}')::uuid)
     order by s.ended_at limit most for update of s skip locked);
  if cardinality(old) > 0 then
    delete from minos.saga_journal as j where j.saga_id = any (old);
    delete from minos.saga_mail as m where m.saga_id = any (old);
    delete from minos.sagas as s where s.id = any (old);
  end if;
  return cardinality(old);
end $$`;

export const PURGE_SAGAS = { name: 'minos_purge_sagas', text: 'select minos.purge_sagas($1::float8, $2::int) as gone' };
