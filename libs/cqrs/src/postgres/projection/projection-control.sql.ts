const COLUMNS = `projection as name, version, views, types, paused, resumes, built_at is not null as built, failure, rebuild`;
const KEY = `tenant = '' and projection = $1 and version = $2`;
const NOW = `floor(extract(epoch from clock_timestamp()) * 1000)`;

export const REGISTER_PROJECTION = `
insert into minos.projections as p (projection, version, key_hash, views, types) values ($1, $2, $3, $4::jsonb, $5)
on conflict (tenant, projection, version) do update set views = excluded.views, types = excluded.types
where p.views <> excluded.views or p.types <> excluded.types`;

export const LOAD_PROJECTIONS = {
  name: 'minos_load_projections',
  text: `select ${COLUMNS} from minos.projections
          where tenant = '' and (projection, version) in (select * from unnest($1::text[], $2::int[]))`,
};

export const LOCK_PROJECTION = `select ${COLUMNS}, rebuilds from minos.projections where ${KEY} for update`;

export const KNOWN_PROJECTIONS = `select projection || ' v' || version as known from minos.projections where tenant = '' order by projection, version`;

export const PAUSE_PROJECTION = `
update minos.projections set paused = $3::jsonb || jsonb_build_object('at', ${NOW}) where ${KEY}`;

export const RESUME_PROJECTION = `update minos.projections set paused = null, resumes = resumes + 1 where ${KEY}`;

export const BEGIN_REBUILD = `
update minos.projections set rebuilds = $3, rebuild = $4::jsonb || jsonb_build_object('at', ${NOW}) where ${KEY}`;

export const END_REBUILD = `update minos.projections set rebuild = null where ${KEY}`;

/** Whoever stands at a failing event, which the new rows may have behind them, looks again. */
export const SERVE_REBUILD = `
update minos.projections set rebuild = null, failure = null, resumes = resumes + 1, built_at = clock_timestamp() where ${KEY}`;

export const NOTE_FAILURE = `update minos.projections set failure = $3::jsonb where ${KEY}`;

export const NOTE_REBUILD_FAILURE = `
update minos.projections set rebuild = rebuild || jsonb_build_object('failure', $4::jsonb) where ${KEY} and (rebuild ->> 'number')::int = $3`;

export const NOTE_BUILT = `update minos.projections set built_at = clock_timestamp() where ${KEY} and built_at is null`;

export const NOTE_MEASURED = `
update minos.projections set rebuild = rebuild || jsonb_build_object('measured', jsonb_build_object('from', $4::text, 'at', ${NOW}))
 where ${KEY} and (rebuild ->> 'number')::int = $3`;

export const RECORD_ACTION = `
insert into minos.projection_actions (projection, version, key_hash, action, by, reason, rebuild) values ($1, $2, $3, $4, $5, $6, $7)`;

export const READ_ACTIONS = `
select id, projection as name, version, action, by, reason, rebuild, ${NOW.replace('clock_timestamp()', 'at')}::float8 as at
  from minos.projection_actions
 where tenant = '' and ($1::text is null or projection = $1) and ($2::int is null or version = $2)
 order by id desc limit $3`;

export const RECORD_SKIP = `
insert into minos.projection_skips (projection, version, rebuild, position, key_hash, failure) values ($1, $2, $3, $4::bigint, $5, $6::jsonb)`;

export const READ_SKIPS = `
select failure from minos.projection_skips where ${KEY} and rebuild = 0 order by position desc limit $3`;

export const DROP_SKIPS = `delete from minos.projection_skips where ${KEY} and rebuild = $3`;

export const SERVE_SKIPS = `update minos.projection_skips set rebuild = 0 where ${KEY} and rebuild = $3`;

/** Takes a lease from whoever has it, for so many milliseconds: a unit that commits under it is waited for, later ones are refused. */
export const TAKE_LEASE = `
insert into minos.leases as l (name, key_hash, holder, epoch, expires_at)
values ($1, $2, $3, 1, clock_timestamp() + $4::float8 * interval '1 millisecond')
on conflict (tenant, name) do update set holder = excluded.holder, epoch = l.epoch + 1, expires_at = excluded.expires_at`;

export const FREE_LEASE = `
update minos.leases set holder = '', epoch = epoch + 1, expires_at = '-infinity' where tenant = '' and name = $1 and holder = $2`;

/** Waits for units that commit under these leases, and holds off others until the transaction ends; in the order in which units lock them. */
export const LOCK_LEASES = `select name from minos.leases where tenant = '' and name = any ($1::text[]) order by name for update`;

export const DELETE_LEASE = `delete from minos.leases where tenant = '' and name = $1`;

export const READ_CHECKPOINTS = `
select subscription, position::text as position from minos.checkpoints where tenant = '' and subscription = any ($1::text[])`;

export const SET_CHECKPOINT = `
insert into minos.checkpoints (subscription, position, key_hash) values ($1, $2::bigint, $3)
on conflict (tenant, subscription) do update set position = excluded.position, saved_at = clock_timestamp()`;

export const DELETE_CHECKPOINT = `delete from minos.checkpoints where tenant = '' and subscription = $1`;

/** A reader that takes long keeps the tables for itself; behind who waits for them everybody else waits. */
export const WAIT_SHORTLY = `set local lock_timeout = '250ms'`;
