/** Whether a confirmation fits what is stored: the holder holds the resource, or has confirmed it. */
const IS_CONFIRMABLE = `(
  exists (select 1 from minos.reservations as r
           where r.tenant = c.tenant and r.holder = c.holder and r.resource = c.resource and r.held_until is not null
             and (c.fence is null or r.fence = c.fence))
  or exists (select 1 from minos.ended_reservations as e
              where e.tenant = c.tenant and e.resource = c.resource and e.holder = c.holder
                and (e.fence = c.fence or (c.fence is null and e.fence is not null))))`;

/** So that a refusal fails no other unit of the batch. */
export const CREATE_CHECK_RESOURCES = `
create function minos.check_resources(
  locked bigint, units int[], ordinals int[], tenants text[], resources text[], holders text[], fences bigint[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, 'lost', null))
      from unnest(units, ordinals, tenants, resources, holders, fences) as c (unit, ordinal, tenant, resource, holder, fence)
     where not ${IS_CONFIRMABLE});
end $$`;

/** What was not checked, because an earlier change of the same unit concerns it, may turn out to be lost: that ends the transaction. */
export const CREATE_CONFIRM_RESOURCE = `
create function minos.confirm_resource(of_tenant text, of_resource text, of_hash int, of_holder text, of_fence bigint) returns jsonb
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  held bigint;
begin
  delete from minos.reservations as r
   where r.tenant = of_tenant and r.holder = of_holder and r.resource = of_resource and r.held_until is not null
     and (of_fence is null or r.fence = of_fence)
  returning r.fence into held;
  if held is not null then
    insert into minos.ended_reservations as e (tenant, resource, key_hash, holder, fence) values (of_tenant, of_resource, of_hash, of_holder, held)
    on conflict on constraint ended_reservations_pkey do update set fence = excluded.fence, ended_at = excluded.ended_at;
    return jsonb_build_object('granted', minos.grant_resource(of_tenant, of_resource));
  end if;
  if not exists (
    select 1 from minos.ended_reservations as e
     where e.tenant = of_tenant and e.resource = of_resource and e.holder = of_holder
       and (e.fence = of_fence or (of_fence is null and e.fence is not null))) then
    raise exception 'the resource % is not held by %', of_resource, of_holder using errcode = 'MS001';
  end if;
  return '{"granted": 0}';
end $$`;

export const CREATE_CANCEL_RESOURCE = `
create function minos.cancel_resource(of_tenant text, of_resource text, of_hash int, of_holder text, remembered boolean) returns jsonb
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  gone record;
  unneeded uuid[];
begin
  delete from minos.reservations as r where r.tenant = of_tenant and r.holder = of_holder and r.resource = of_resource
  returning r.answers into gone;
  if found then
    unneeded := minos.free_answers(of_tenant, of_holder, gone.answers);
    if cardinality(unneeded) > 0 then
      delete from minos.schedules as s where s.id = any (unneeded);
    end if;
    return jsonb_build_object('granted', minos.grant_resource(of_tenant, of_resource));
  end if;
  if remembered then
    insert into minos.ended_reservations (tenant, resource, key_hash, holder) values (of_tenant, of_resource, of_hash, of_holder)
    on conflict on constraint ended_reservations_pkey do nothing;
  end if;
  return '{"granted": 0}';
end $$`;
