export const CREATE_AUTH_MESSAGE_KEYS = `
create table minos.auth_message_keys (
  kid text primary key,
  service text not null,
  public_jwk jsonb not null,
  created_at timestamptz not null default clock_timestamp()
)`;

export const CREATE_AUTH_MESSAGE_KEYS_AT = 'create index auth_message_keys_at on minos.auth_message_keys (created_at)';

/** A key that is there is answered only where it is of the same service, and is kept from now on. */
export const PUT_MESSAGE_KEY = `
insert into minos.auth_message_keys as k (kid, service, public_jwk) values ($1, $2, $3)
on conflict (kid) do update set created_at = clock_timestamp() where k.service = excluded.service returning kid`;

export const FIND_MESSAGE_KEYS = 'select kid, service, public_jwk from minos.auth_message_keys where kid = any ($1)';

export const PURGE_MESSAGE_KEYS = `delete from minos.auth_message_keys where created_at < clock_timestamp() - $1::float8 * interval '1 ms'`;
