const ms = (column: string): string => `extract(epoch from ${column})::float8 * 1000`;

/** One writer of keys at a time: the newest key is what all decide by. */
export const LOCK_KEYS = 'select pg_advisory_xact_lock(7261894039)';

export const READ_SIGNING_KEYS = `
select kid, alg, public_jwk, private_key, ${ms('created_at')} as created_at, ${ms('active_from')} as active_from, ${ms('published_until')} as published_until,
  ${ms('clock_timestamp()')} as now
from minos.auth_signing_keys where published_until is null or published_until > clock_timestamp() order by active_from desc, kid`;

export const READ_SERVICE_KEYS = `
select kid, service, alg, public_jwk, ${ms('expires_at')} as expires_at, ${ms('clock_timestamp()')} as now
from minos.auth_service_keys where expires_at > clock_timestamp() order by expires_at desc, kid`;

export const HAS_SIGNING_KEY = 'select 1 from minos.auth_signing_keys limit 1';

export const HAS_YOUNGER_KEY = `select 1 from minos.auth_signing_keys where active_from > clock_timestamp() - $1::float8 * interval '1 ms' limit 1`;

export const INSERT_SIGNING_KEY = `
insert into minos.auth_signing_keys (kid, alg, public_jwk, private_key, active_from)
values ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 ms')`;

/** All but the new one; one that has an end keeps it where it is earlier. */
export const END_OLDER_KEYS = `
update minos.auth_signing_keys set published_until = least(published_until, clock_timestamp() + $2::float8 * interval '1 ms') where kid <> $1`;

export const LOCK_SERVICE_KEYS = 'select pg_advisory_xact_lock(726189404, hashtext($1))';

export const COUNT_OTHER_SERVICE_KEYS = `
select count(*)::int as others from minos.auth_service_keys where service = $1 and kid <> $2 and expires_at > clock_timestamp()`;

/** A key that another service registered is not taken over. */
export const PUT_SERVICE_KEY = `
insert into minos.auth_service_keys as k (kid, service, alg, public_jwk, expires_at) values ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 ms')
on conflict (kid) do update set expires_at = greatest(k.expires_at, excluded.expires_at) where k.service = excluded.service
returning ${ms('expires_at')} as expires_at`;

export const PURGE_SIGNING_KEYS = 'delete from minos.auth_signing_keys where published_until < clock_timestamp()';

export const PURGE_SERVICE_KEYS = 'delete from minos.auth_service_keys where expires_at < clock_timestamp()';
