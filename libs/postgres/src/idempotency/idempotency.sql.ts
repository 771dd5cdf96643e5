/** `slot` is a digest of the scope: principals and routes may be longer than an index entry. The parts are kept for people who look. */
export const CREATE_IDEMPOTENCY_KEYS = `
create table minos.idempotency_keys (
  slot text primary key,
  tenant text not null default '',
  key_hash int not null,
  principal text not null,
  method text not null,
  route text not null,
  key text not null,
  fingerprint text not null,
  status int not null,
  headers json not null,
  body json not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
)`;

export const CREATE_IDEMPOTENCY_KEYS_EXPIRY = 'create index idempotency_keys_expiry on minos.idempotency_keys (expires_at)';

export const CREATE_CHECK_IDEMPOTENCY_KEYS = `
create function minos.check_idempotency_keys(locked bigint, units int[], ordinals int[], slots text[])
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, 'key-taken', null))
      from unnest(units, ordinals, slots) as c(unit, ordinal, slot)
      join minos.idempotency_keys as k on k.slot = c.slot
     where k.expires_at > clock_timestamp());
end $$`;

/** A row that is still there has lapsed: the check has refused the others. */
export const CREATE_WRITE_IDEMPOTENCY_KEYS = `
create function minos.write_idempotency_keys(
  failed int[], units int[], ordinals int[], slots text[], tenants text[], hashes int[], scopes text[], fingerprints text[], statuses int[],
  headers text[], bodies text[], lifetime float8
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  insert into minos.idempotency_keys as k
      (slot, tenant, key_hash, principal, method, route, key, fingerprint, status, headers, body, expires_at)
    select a.slot, a.tenant, a.hash, a.scope->>0, a.scope->>1, a.scope->>2, a.scope->>3, a.fingerprint, a.status, a.header::json, a.body::json,
           clock_timestamp() + lifetime * interval '1 millisecond'
      from (select u.unit, u.slot, u.tenant, u.hash, u.scope::json as scope, u.fingerprint, u.status, u.header, u.body
              from unnest(units, slots, tenants, hashes, scopes, fingerprints, statuses, headers, bodies)
                as u(unit, slot, tenant, hash, scope, fingerprint, status, header, body)) as a
     where not a.unit = any (failed)
  on conflict (slot) do update set
    tenant = excluded.tenant, fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers, body = excluded.body,
    created_at = clock_timestamp(), expires_at = excluded.expires_at;
  return null;
end $$`;

export const FIND_IDEMPOTENCY_KEY = {
  name: 'minos_find_idempotency_key',
  text: `select fingerprint, status, headers, body from minos.idempotency_keys where slot = $1 and expires_at > clock_timestamp()`,
};

export const PURGE_IDEMPOTENCY_KEYS = {
  name: 'minos_purge_idempotency_keys',
  text: `delete from minos.idempotency_keys where slot in (
           select slot from minos.idempotency_keys where expires_at <= clock_timestamp() order by expires_at limit $1 for update skip locked)`,
};
