/** One row per cron, updated with every tick. */
export const CREATE_CRONS = `
create table minos.crons (
  name text collate "C" not null,
  tenant text collate "C" not null default '',
  key_hash int not null,
  definition text collate "C" not null,
  next_at timestamptz not null,
  last_tick timestamptz,
  last_run uuid,
  failures int not null default 0,
  failure text,
  defined_at timestamptz not null default clock_timestamp(),
  constraint crons_pkey primary key (name)
) with (fillfactor = 50)`;

const TIME = (milliseconds: string): string => `(timestamptz 'epoch' + ${milliseconds} * interval '1 millisecond')`;

/** Behind the lock that a unit holds from its check to its commit. */
export const CREATE_DEFINE_CRON = `
create function minos.define_cron(lock text, of_name text, hash int, of_definition text, next float8) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(lock, 0));
  insert into minos.crons as c (name, key_hash, definition, next_at) values (of_name, hash, of_definition, ${TIME('next')})
  on conflict on constraint crons_pkey do update set
    definition = excluded.definition, defined_at = clock_timestamp(),
    next_at = case when c.next_at <= clock_timestamp() then c.next_at else excluded.next_at end
  where c.definition <> excluded.definition;
end $$`;

export const CREATE_CHECK_CRONS = `
create function minos.check_crons(locked bigint, units int[], ordinals int[], names text[], definitions text[], ticks float8[])
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(f.unit, f.ordinal, 'taken', null))
      from unnest(units, ordinals, names, definitions, ticks) as f (unit, ordinal, name, definition, tick)
      left join minos.crons as c on c.name = f.name and c.definition = f.definition and c.next_at = ${TIME('f.tick')}
     where c.name is null);
end $$`;

export const CREATE_WRITE_CRONS = `
create function minos.write_crons(failed int[], units int[], names text[], runs uuid[], ticks float8[], nexts float8[], reasons text[])
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  update minos.crons as c set
    next_at = ${TIME('f.next')}, last_tick = ${TIME('f.tick')}, last_run = f.run, failure = f.reason,
    failures = case when f.reason is null then 0 else c.failures + 1 end
    from unnest(units, names, runs, ticks, nexts, reasons) as f (unit, name, run, tick, next, reason)
   where c.name = f.name and not f.unit = any (failed);
  return null;
end $$`;

export const DEFINE_CRON = { name: 'minos_define_cron', text: 'select minos.define_cron($1, $2, $3::int, $4, $5::float8)' };

export const READ_CRONS = {
  name: 'minos_read_crons',
  text: `
select extract(epoch from clock_timestamp())::float8 * 1000 as now,
       coalesce((select json_agg(json_build_object(
         'name', c.name, 'definition', c.definition, 'nextAt', extract(epoch from c.next_at) * 1000, 'lastTick', extract(epoch from c.last_tick) * 1000,
         'failures', c.failures, 'failure', c.failure) order by c.name) from minos.crons as c where c.name = any ($1::text[])), '[]') as crons`,
};

export const FIND_CRON_RUN = {
  name: 'minos_find_cron_run',
  text: `select c.last_run = $2::uuid as ours from minos.crons as c where c.name = $1`,
};
