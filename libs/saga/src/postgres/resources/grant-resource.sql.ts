import { resourceLockKey } from '../../resources/resource-key.js';

/** Of the answers of a reservation that is gone, or held now: those for which no other one of the holder waits. Locked, since two grants may concern one answer. */
export const CREATE_FREE_ANSWERS = `
create function minos.free_answers(of_tenant text, of_holder text, given uuid[]) returns uuid[]
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  if cardinality(given) = 0 then
    return given;
  end if;
  perform 1 from minos.schedules as s where s.id = any (given) order by s.id for update;
  return array(
    select a.id from unnest(given) as a (id)
     where not exists (
       select 1 from minos.reservations as r
        where r.tenant = of_tenant and r.holder = of_holder and r.held_until is null and a.id = any (r.answers)));
end $$`;

/**
 * The next in line holds the resource, where nobody does whose lease lasts; the lock of the resource is held. An answer that is due moves to the outbox as any scheduled message
 * does. Returns how many became holders: one or none.
 */
export const CREATE_GRANT_RESOURCE = `
create function minos.grant_resource(of_tenant text, of_resource text) returns int
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  next record;
  let_go uuid[];
begin
  select r.holder, r.fence, r.answers into next from minos.reservations as r
   where r.tenant = of_tenant and r.resource = of_resource and r.held_until is null order by r.fence limit 1;
  if not found or exists (
    select 1 from minos.reservations as r where r.tenant = of_tenant and r.resource = of_resource and r.held_until > clock_timestamp()) then
    return 0;
  end if;
  delete from minos.reservations as r where r.tenant = of_tenant and r.resource = of_resource and r.held_until is not null;
  update minos.reservations as r set held_until = clock_timestamp() + r.lease_ms * interval '1 millisecond', answers = '{}'
   where r.tenant = of_tenant and r.resource = of_resource and r.fence = next.fence;
  let_go := minos.free_answers(of_tenant, next.holder, next.answers);
  if cardinality(let_go) > 0 then
    update minos.schedules as s set due_at = date_trunc('milliseconds', clock_timestamp()) where s.id = any (let_go);
  end if;
  return 1;
end $$`;

/** As {@link resourceLockKey} names it. */
const LOCK = `hashtextextended(format('${resourceLockKey('%s', '%s')}', head.tenant, head.resource), 0)`;

/** Tries the lock of each resource; what somebody holds is left. */
export const CREATE_GRANT_DUE_RESOURCES = `
create function minos.grant_due_resources(most int) returns table (granted int, left_behind boolean, next_in_ms float8)
language plpgsql volatile as $$
declare
  head record;
  seen int := 0;
begin
  granted := 0;
  left_behind := false;
  for head in
    select w.tenant, w.resource from minos.reservations as w
     where w.held_until is null and not exists (
       select 1 from minos.reservations as h where h.tenant = w.tenant and h.resource = w.resource and h.held_until > clock_timestamp())
     group by w.tenant, w.resource order by min(w.fence) limit most + 1
  loop
    seen := seen + 1;
    if seen > most or not pg_try_advisory_xact_lock(${LOCK}) then
      left_behind := true;
    else
      granted := granted + minos.grant_resource(head.tenant, head.resource);
    end if;
  end loop;
  next_in_ms := (
    select extract(epoch from min(h.held_until) - clock_timestamp()) * 1000 from minos.reservations as h
     where h.held_until > clock_timestamp() and exists (
       select 1 from minos.reservations as w where w.tenant = h.tenant and w.resource = h.resource and w.held_until is null));
  return next;
end $$`;
