/** One identity is linked once; whoever waits here finds it afterwards. */
export const LOCK_IDENTITY = `select pg_advisory_xact_lock(726189403, hashtext($1))`;

export const LINK_IDENTITY = 'insert into minos.auth_identities (tenant, issuer, subject, account_id) values ($1, $2, $3, $4)';

export const SET_PASSWORD = `
update minos.auth_accounts set password_hash = $3, password_version = password_version + 1 where id = $1 and password_version = $2 returning tenant`;

export const REHASH_PASSWORD = 'update minos.auth_accounts set password_hash = $3 where id = $1 and password_hash = $2';

/** Only where it makes a difference, so that doing it again pushes and records nothing. */
export const DISABLE_ACCOUNT = `
update minos.auth_accounts set disabled_at = clock_timestamp() where id = $1 and disabled_at is null returning tenant`;

export const ENABLE_ACCOUNT =
  'update minos.auth_accounts set disabled_at = null where id = $1 and disabled_at is not null returning tenant';

export const SET_ROLES = 'update minos.auth_accounts set roles = $2 where id = $1 and roles <> $2 returning tenant';

export const WITHDRAW = 'select minos.auth_withdraw($1, $2)';

export const LOCK_ADMINS = 'select pg_advisory_xact_lock(7261894038)';

export const FIND_ADMIN = `select 1 from minos.auth_accounts where tenant = $1 and 'admin' = any (roles) limit 1`;

export const PROMOTE_ACCOUNT = `
update minos.auth_accounts set password_hash = $2, password_version = password_version + 1, disabled_at = null, roles = roles || array['admin'] where id = $1`;

export const PUT_ROLE = `
insert into minos.auth_roles (tenant, role, permissions) values ($1, $2, $3) on conflict (tenant, role) do update set permissions = excluded.permissions`;

export const INSERT_AUDIT = `
insert into minos.auth_audit (tenant, event, subject, actor, address, details) values ($1, $2, $3, $4, $5, $6)`;

export const LIST_AUDIT = `
select id, extract(epoch from at)::float8 * 1000 as at, event, subject, actor, address, details from minos.auth_audit
where $2::bigint is null or id < $2 order by id desc limit $1`;

export const PURGE_AUDIT = `
delete from minos.auth_audit where id in (
  select id from minos.auth_audit where at < clock_timestamp() - $1::float8 * interval '1 ms' order by at limit $2 for update skip locked
)`;
