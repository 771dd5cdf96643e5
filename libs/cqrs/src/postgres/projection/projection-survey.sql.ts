/** Events that wait are counted so far. */
export const MOST_WAITING = 10_000;

export const SURVEY_PROJECTIONS = `
select p.projection as name, p.version, p.views, p.types, p.paused, p.resumes, p.built_at is not null as built, p.failure, p.rebuild,
       c.position::text as position,
       (select count(*)::int from (
          select from minos.events e where e.position > coalesce(c.position, 0) and e.type = any (p.types) limit $3
        ) as w) as waiting,
       (select coalesce(max(position), 0)::text from minos.events) as latest,
       l.holder as runner,
       rc.position::text as "rebuildPosition",
       rl.holder as "rebuildRunner",
       (select count(*)::int from minos.projection_skips k
         where k.tenant = '' and k.projection = p.projection and k.version = p.version and k.rebuild = 0) as skipped,
       floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now
  from minos.projections p
  cross join lateral (select 'projection:' || p.projection || ':v' || p.version as served) s
  cross join lateral (select s.served || ':rebuild:' || (p.rebuild ->> 'number') as made) r
  left join minos.checkpoints c on c.tenant = '' and c.subscription = s.served
  left join minos.checkpoints rc on rc.tenant = '' and rc.subscription = r.made
  left join minos.leases l on l.tenant = '' and l.name = 'subscription:' || s.served and l.expires_at > clock_timestamp() and l.holder not like 'minos:%'
  left join minos.leases rl on rl.tenant = '' and rl.name = 'subscription:' || r.made and rl.expires_at > clock_timestamp() and rl.holder not like 'minos:%'
 where p.tenant = '' and ($1::text is null or p.projection = $1) and ($2::int is null or p.version = $2)
 order by p.projection, p.version`;
