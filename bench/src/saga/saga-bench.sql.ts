/** The names of the columns tell the bench's own statements from those that it counts. */
export const ENDED_SAGAS = `select count(*)::int as bench_ended from minos.sagas where ended_at is not null`;

export const SAGA_TIMES = `
select percentile_cont(0.5) within group (order by t.took)::float8 as bench_p50, percentile_cont(0.99) within group (order by t.took)::float8 as bench_p99
  from (select extract(epoch from s.ended_at - s.started_at) * 1000 as took from minos.sagas as s
         where s.ended_at is not null order by s.ended_at desc limit $1) as t`;

/** Instances that wait for the answer of their first step for an hour, made of one that has ended. */
export const WAITING_SAGAS = `select 1 as bench_waiting where $1::int > 0`;

/** Statements that were run since the last reset, those of utilities included; in all databases, but for the bench's own. */
export const COUNTED_STATEMENTS = `
select coalesce(sum(calls), 0)::float8 as bench_calls from pg_stat_statements where query not like '%bench\\_%' and query not like '%pg_stat_statements%'`;
