/** Counts along the index of what lives, whose condition stands here word for word, without a look at the rows. */
export const READ_SAGA_COUNTS = {
  name: 'minos_read_saga_counts',
  text: `
with live as (
  select s.name, s.status from minos.sagas as s
   where (s.ended_at is null or s.wake_at is not null) and s.status in ('running', 'compensating', 'parked') limit $1::int
), aged as materialized (
  select s.name, s.started_at from minos.sagas as s where s.ended_at is null limit $2::int
)
select l.name, (count(*) filter (where l.status = 'running'))::int as running, (count(*) filter (where l.status = 'compensating'))::int as compensating,
       (count(*) filter (where l.status = 'parked'))::int as parked,
       coalesce((select greatest(0, extract(epoch from clock_timestamp() - min(a.started_at))) from aged as a where a.name = l.name), 0)::float8 as "oldestSeconds"
  from live as l group by l.name order by l.name`,
};
