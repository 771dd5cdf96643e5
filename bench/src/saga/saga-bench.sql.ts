/** The names of the columns tell the bench's own statements from those that it counts. */
export const NOW = `select clock_timestamp()::text as bench_now`;

export const ENDED_SAGAS = `select count(*)::int as bench_ended from minos.sagas where ended_at >= $1::timestamptz`;

export const SAGA_TIMES = `
select percentile_cont(0.5) within group (order by t.took)::float8 as bench_p50, percentile_cont(0.99) within group (order by t.took)::float8 as bench_p99
  from (select extract(epoch from s.ended_at - s.started_at) * 1000 as took from minos.sagas as s
         where s.ended_at is not null order by s.ended_at desc limit $1) as t`;

/** Instances that wait for the answer of their first step for an hour, made of one that has ended. */
export const WAITING_SAGAS = `
with bench_model as (
  select * from minos.sagas where ended_at is not null limit 1
), bench_waiting as (
  select gen_random_uuid() as id, gen_random_uuid() as request, clock_timestamp() + interval '1 hour' as due from generate_series(1, $1::int)
)
insert into minos.sagas (id, tenant, name, version, hash, key, key_hash, revision, status, data, wake_at, started_at, changed_at)
select w.id, m.tenant, m.name, m.version, m.hash, null, m.key_hash, 1, 'running',
       (m.data::jsonb - 'wakeAt' || jsonb_build_object(
         'id', w.id, 'revision', 1, 'phase', 'running', 'outcomes', 0, 'entries', 0, 'wakeAt', extract(epoch from w.due) * 1000,
         'steps', jsonb_build_object('reserve', jsonb_build_object('status', 'waiting', 'order', 0, 'attempt', jsonb_build_object(
           'request', w.request, 'command', 'stockdesk.reserve', 'key', w.id, 'number', 1, 'dueAt', extract(epoch from w.due) * 1000)))))::json,
       w.due, clock_timestamp(), clock_timestamp()
  from bench_waiting as w cross join bench_model as m`;

/** Statements that were run since the last reset, those of utilities included; in all databases, but for the bench's own. */
export const COUNTED_STATEMENTS = `
select coalesce(sum(calls), 0)::float8 as bench_calls from pg_stat_statements where query not like '%bench\\_%' and query not like '%pg_stat_statements%'`;
