const COLUMNS =
  'id, tenant, email, roles, disabled_at is not null as disabled, extract(epoch from created_at)::float8 * 1000 as created_at';

export const FIND_ACCOUNT = `select ${COLUMNS}, password_hash, password_version from minos.auth_accounts where id = $1`;

export const FIND_ACCOUNT_BY_EMAIL = `select ${COLUMNS}, password_hash, password_version from minos.auth_accounts where tenant = $1 and email = $2`;

export const LIST_ACCOUNTS = `select ${COLUMNS} from minos.auth_accounts where $2::uuid is null or id > $2 order by id limit $1`;

export const FIND_IDENTITY = `
select ${COLUMNS} from minos.auth_accounts
where id = (select account_id from minos.auth_identities where tenant = $1 and issuer = $2 and subject = $3)`;

/** Nothing where the address is taken. */
export const INSERT_ACCOUNT = `
insert into minos.auth_accounts (id, tenant, email, password_hash, roles) values ($1, $2, $3, $4, $5)
on conflict (tenant, email) do nothing returning ${COLUMNS}`;

export const READ_ROLE = 'select permissions from minos.auth_roles where tenant = $1 and role = $2';
