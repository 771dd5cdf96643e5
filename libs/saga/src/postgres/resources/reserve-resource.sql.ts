import { UNTIL_MS } from './resource-tables.sql.js';

/** What a reservation is told of itself. */
export const CREATE_RESERVED = `
create function minos.reserved(of_tenant text, of_resource text, of_fence bigint) returns jsonb
language sql volatile as $$
  select case when r.held_until is null
    then jsonb_build_object('status', 'waiting', 'fence', r.fence, 'place', (
      select count(*) from minos.reservations as l
       where l.tenant = of_tenant and l.resource = of_resource and l.held_until is null and l.fence <= of_fence))
    else jsonb_build_object('status', 'held', 'fence', r.fence, 'until', ${UNTIL_MS}) end
    from minos.reservations as r where r.tenant = of_tenant and r.resource = of_resource and r.fence = of_fence
$$`;

/** Asks again for what it has, or waits for; null where it has nothing of the resource. */
export const CREATE_RESERVE_AGAIN = `
create function minos.reserve_again(of_tenant text, of_resource text, of_holder text, lease float8, answer uuid) returns jsonb
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  mine record;
begin
  select r.fence, r.held_until into mine from minos.reservations as r
   where r.tenant = of_tenant and r.holder = of_holder and r.resource = of_resource;
  if not found then
    return null;
  elsif mine.held_until is not null then
    update minos.reservations as r set held_until = clock_timestamp() + lease * interval '1 millisecond', lease_ms = lease
     where r.tenant = of_tenant and r.resource = of_resource and r.fence = mine.fence;
  elsif answer is not null then
    update minos.reservations as r set answers = r.answers || answer
     where r.tenant = of_tenant and r.resource = of_resource and r.fence = mine.fence;
  end if;
  return minos.reserved(of_tenant, of_resource, mine.fence);
end $$`;

/** Whoever keeps the asker from the resource; null where it may hold it, or join the line. The rules are those of `saga.reserve-resource`. */
export const CREATE_IN_THE_WAY = `
create function minos.in_the_way(of_tenant text, of_resource text, of_holder text, of_age bigint, elsewhere boolean, waits boolean) returns text
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  ahead text;
  older text;
begin
  select a.holder into older from minos.reservations as w
    join minos.reservations as a on a.tenant = w.tenant and a.resource = w.resource and a.fence < w.fence
   where w.tenant = of_tenant and w.holder = of_holder and w.held_until is null and (a.age, a.holder) < (w.age, w.holder)
   order by a.fence limit 1;
  if found then
    return older;
  end if;
  select r.holder into ahead from minos.reservations as r
   where r.tenant = of_tenant and r.resource = of_resource and (r.held_until is null or r.held_until > clock_timestamp())
   order by r.fence limit 1;
  if not found then
    return null;
  end if;
  select r.holder into older from minos.reservations as r
   where r.tenant = of_tenant and r.resource = of_resource and (r.age, r.holder) < (of_age, of_holder)
   order by r.fence limit 1;
  if not waits then
    return coalesce(older, ahead);
  end if;
  if elsewhere or exists (select 1 from minos.reservations as r where r.tenant = of_tenant and r.holder = of_holder) then
    return older;
  end if;
  return null;
end $$`;

/** One asks for one resource; the locks of both are held. Returns the outcome. */
export const CREATE_RESERVE_RESOURCE = `
create function minos.reserve_resource(
  of_tenant text, of_resource text, of_hash int, of_holder text, of_age bigint, lease float8, elsewhere boolean, waits boolean, answer uuid
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  again jsonb;
  other text;
  is_free boolean;
  place bigint;
begin
  perform minos.grant_resource(of_tenant, of_resource);
  again := minos.reserve_again(of_tenant, of_resource, of_holder, lease, answer);
  if again is not null then
    return again;
  end if;
  if exists (select 1 from minos.ended_reservations as e
              where e.tenant = of_tenant and e.resource = of_resource and e.holder = of_holder and e.fence is null) then
    return '{"status": "cancelled"}';
  end if;
  other := minos.in_the_way(of_tenant, of_resource, of_holder, of_age, elsewhere, waits);
  if other is not null then
    return jsonb_build_object('status', 'busy', 'by', other);
  end if;
  is_free := not exists (
    select 1 from minos.reservations as r
     where r.tenant = of_tenant and r.resource = of_resource and (r.held_until is null or r.held_until > clock_timestamp()));
  if is_free then
    delete from minos.reservations as r where r.tenant = of_tenant and r.resource = of_resource;
  end if;
  insert into minos.reservations (tenant, resource, key_hash, holder, age, lease_ms, held_until, answers)
  values (
    of_tenant, of_resource, of_hash, of_holder, of_age, lease,
    case when is_free then clock_timestamp() + lease * interval '1 millisecond' end,
    case when is_free or answer is null then '{}' else array[answer] end)
  returning fence into place;
  return minos.reserved(of_tenant, of_resource, place);
end $$`;
