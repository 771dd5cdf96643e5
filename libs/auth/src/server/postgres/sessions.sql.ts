export const OPEN_SESSION = 'select * from minos.auth_open_session($1, $2, $3, $4, $5, $6, $7, $8)';

export const REFRESH_SESSION = 'select * from minos.auth_refresh($1, $2, $3)';

export const END_SESSION = 'select minos.auth_end_session($1) as ended';

export const SESSION_OF_TOKEN = 'select session_id from minos.auth_refresh_tokens where hash = $1';

export const SESSION_IS_LIVE = `
select 1 from minos.auth_sessions s join minos.auth_accounts a on a.id = s.account_id
where s.id = $1 and s.ended_at is null and a.disabled_at is null and least(s.expires_at, s.idle_until) > clock_timestamp()
  and ($2::bigint is null or $2 > a.not_before)`;

export const PURGE_SESSIONS = `
delete from minos.auth_sessions where id in (
  select id from minos.auth_sessions where least(expires_at, idle_until, ended_at) < clock_timestamp() - $1::float8 * interval '1 ms'
  order by least(expires_at, idle_until, ended_at) limit $2 for update skip locked
)`;
