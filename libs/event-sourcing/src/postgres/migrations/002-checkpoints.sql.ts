import type { Migration } from '@minos/postgres';

const CREATE_CHECKPOINTS = `
create table minos.checkpoints (
  tenant text not null default '',
  subscription text not null,
  position bigint not null,
  key_hash int not null,
  saved_at timestamptz not null default clock_timestamp(),
  primary key (tenant, subscription)
)`;

/** One entry per checkpoint that is not where its change believes it to be; a missing row is the position null. */
const CREATE_CHECK_CHECKPOINTS = `
create function minos.check_checkpoints(
  locked bigint, units int[], ordinals int[], tenants text[], subscriptions text[], froms bigint[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, 'moved', jsonb_build_object('found', s.position::text)))
      from unnest(units, ordinals, tenants, subscriptions, froms) as c(unit, ordinal, tenant, subscription, "from")
      left join minos.checkpoints s on s.tenant = c.tenant and s.subscription = c.subscription
     where s.position is distinct from c."from");
end $$`;

/** The rows come in the order of the changes; of several moves of one checkpoint in a batch the last one stands. */
const CREATE_WRITE_CHECKPOINTS = `
create function minos.write_checkpoints(
  failed int[], units int[], ordinals int[], tenants text[], subscriptions text[], targets bigint[], hashes int[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  insert into minos.checkpoints as s (tenant, subscription, position, key_hash)
    select distinct on (c.tenant, c.subscription) c.tenant, c.subscription, c.target, c.hash
      from unnest(units, tenants, subscriptions, targets, hashes) with ordinality as c(unit, tenant, subscription, target, hash, place)
     where not c.unit = any (failed)
     order by c.tenant, c.subscription, c.place desc
    on conflict on constraint checkpoints_pkey do update set position = excluded.position, saved_at = clock_timestamp();
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, c.target::text))
      from unnest(units, ordinals, targets) as c(unit, ordinal, target)
     where not c.unit = any (failed));
end $$`;

/** Where subscriptions stand. */
export const CHECKPOINTS_MIGRATION: Migration = {
  id: '002-checkpoints',
  statements: [CREATE_CHECKPOINTS, CREATE_CHECK_CHECKPOINTS, CREATE_WRITE_CHECKPOINTS],
};
