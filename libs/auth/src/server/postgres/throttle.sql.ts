export const ATTEMPT = 'select minos.auth_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9) as wait';

export const SUCCEEDED = `
update minos.auth_throttle set
  failures = case when key = $1 then 0 else greatest(0, failures - 1) end,
  blocked_until = case when key = $1 then '-infinity' else blocked_until end,
  trusted_until = case when key = $1 then clock_timestamp() + $3::float8 * interval '1 ms' else trusted_until end
where key in (select key from minos.auth_throttle where key in ($1, $2) order by key for update)`;

export const TAKE = 'select minos.auth_take($1, $2, $3) as wait';

export const PURGE_THROTTLE = `
delete from minos.auth_throttle where key in (
  select key from minos.auth_throttle where greatest(forgotten_at, trusted_until, blocked_until) < clock_timestamp() limit 10000 for update skip locked
)`;
