/**
 * One writer of revocations at a time, until its commit: so ids become visible in their order, and a reader that remembers the largest it saw misses none. Called last in a transaction, with
 * all other locks in hand, so that it can be part of no deadlock. `before` is the not-before that the account had: tokens that were made right after it are one second ahead of the clock, and this one
 * must meet them.
 */
export const CREATE_AUTH_REVOKE = `
create function minos.auth_revoke(of_tenant text, of_subject text, of_session text, before bigint) returns bigint language plpgsql as $$
declare
  moment bigint;
begin
  perform pg_advisory_xact_lock(7261894036);
  moment := greatest(floor(extract(epoch from clock_timestamp()))::bigint, before + 1);
  insert into minos.auth_revocations (tenant, subject, session, not_before) values (of_tenant, of_subject, of_session, moment);
  return moment;
end $$`;

/** Ends what an account has given out: its sessions where asked, and every token of before. The caller holds the row of the account. */
export const CREATE_AUTH_WITHDRAW = `
create function minos.auth_withdraw(of_account uuid, and_sessions boolean) returns void language plpgsql as $$
declare
  account minos.auth_accounts;
begin
  if and_sessions then
    update minos.auth_sessions set ended_at = clock_timestamp() where account_id = of_account and ended_at is null;
  end if;
  select * into account from minos.auth_accounts where id = of_account;
  update minos.auth_accounts set not_before = minos.auth_revoke(account.tenant, of_account::text, null, account.not_before) where id = of_account;
end $$`;

/** The claims of an account. \`issued_at\` is later than its not-before, so a token that is made right after a revocation is good. */
export const CREATE_AUTH_CLAIMS = `
create function minos.auth_claims(of_account uuid)
returns table (tenant text, roles text[], permissions text[], issued_at bigint) language sql volatile as $$
  select a.tenant, a.roles,
    coalesce((
      select array_agg(distinct p order by p) from minos.auth_roles r, unnest(r.permissions) p
      where r.tenant = a.tenant and r.role = any (a.roles)
    ), '{}'),
    greatest(floor(extract(epoch from clock_timestamp()))::bigint, a.not_before + 1)
  from minos.auth_accounts a where a.id = of_account
$$`;

/** The share lock on the account makes a change that takes its rights away wait, and see this session then. */
export const CREATE_AUTH_OPEN_SESSION = `
create function minos.auth_open_session(
  new_session uuid, of_account uuid, of_version int, of_method text, of_address text, first_token bytea, absolute_ms float8, idle_ms float8
) returns table (tenant text, roles text[], permissions text[], issued_at bigint) language plpgsql as $$
declare
  moment timestamptz;
begin
  perform 1 from minos.auth_accounts a
    where a.id = of_account and a.disabled_at is null and a.password_version = coalesce(of_version, a.password_version) for share;
  if not found then return; end if;
  moment := clock_timestamp();
  insert into minos.auth_sessions (id, account_id, method, address, created_at, expires_at, idle_until)
    values (new_session, of_account, of_method, of_address, moment, moment + absolute_ms * interval '1 ms', moment + idle_ms * interval '1 ms');
  insert into minos.auth_refresh_tokens (hash, session_id) values (first_token, new_session);
  return query select * from minos.auth_claims(of_account);
end $$`;

/**
 * The row of the session is the lock: of any number of calls with one token the first finds it unused, the second ends the session, and the others find it over. The account is locked before
 * the session, as everywhere, and shared: whoever takes its rights away waits for the tokens of before, and those of later have the new ones.
 */
export const CREATE_AUTH_REFRESH = `
create function minos.auth_refresh(old_token bytea, new_token bytea, idle_ms float8)
returns table (outcome text, session_id uuid, account_id uuid, tenant text, roles text[], permissions text[], issued_at bigint) language plpgsql as $$
declare
  token minos.auth_refresh_tokens;
  session minos.auth_sessions;
  account minos.auth_accounts;
begin
  select t.* into token from minos.auth_refresh_tokens t where t.hash = old_token;
  if not found then return query select 'unknown', null::uuid, null::uuid, null::text, null::text[], null::text[], null::bigint; return; end if;
  select a.* into account from minos.auth_accounts a
    where a.id = (select s.account_id from minos.auth_sessions s where s.id = token.session_id) for share;
  select s.* into session from minos.auth_sessions s where s.id = token.session_id for update;
  if session.id is null or session.ended_at is not null or account.disabled_at is not null
    or least(session.expires_at, session.idle_until) <= clock_timestamp() then
    return query select 'over', token.session_id, null::uuid, null::text, null::text[], null::text[], null::bigint;
    return;
  end if;
  update minos.auth_refresh_tokens t set used_at = clock_timestamp() where t.hash = old_token and t.used_at is null;
  if not found then
    update minos.auth_sessions s set ended_at = clock_timestamp() where s.id = session.id;
    insert into minos.auth_audit (tenant, event, subject, actor, details)
      values (account.tenant, 'session.token-reused', account.id::text, '', jsonb_build_object('session', session.id));
    perform minos.auth_revoke(account.tenant, account.id::text, session.id::text, account.not_before);
    return query select 'reused', session.id, account.id, null::text, null::text[], null::text[], null::bigint;
    return;
  end if;
  insert into minos.auth_refresh_tokens (hash, session_id) values (new_token, session.id);
  update minos.auth_sessions s set idle_until = clock_timestamp() + idle_ms * interval '1 ms' where s.id = session.id;
  return query select 'granted', session.id, account.id, c.tenant, c.roles, c.permissions, c.issued_at from minos.auth_claims(account.id) c;
end $$`;

export const CREATE_AUTH_END_SESSION = `
create function minos.auth_end_session(of_session uuid) returns boolean language plpgsql as $$
declare
  owner uuid;
  account minos.auth_accounts;
begin
  update minos.auth_sessions set ended_at = clock_timestamp() where id = of_session and ended_at is null returning account_id into owner;
  if not found then return false; end if;
  select * into account from minos.auth_accounts where id = owner;
  insert into minos.auth_audit (tenant, event, subject, actor, details)
    values (account.tenant, 'session.ended', owner::text, owner::text, jsonb_build_object('session', of_session));
  perform minos.auth_revoke(account.tenant, owner::text, of_session::text, account.not_before);
  return true;
end $$`;

/** Milliseconds that one count asks to wait, 0 where it lets the attempt through. Counts nothing. The caller holds the row. */
export const CREATE_AUTH_ATTEMPT = `
create function minos.auth_attempt(
  pair_key bytea, account_key bytea, forget_ms float8,
  pair_free int, pair_first float8, pair_longest float8, account_free int, account_first float8, account_longest float8
) returns float8 language plpgsql as $$
declare
  moment timestamptz;
  free_at timestamptz;
  pair minos.auth_throttle;
  account minos.auth_throttle;
begin
  insert into minos.auth_throttle (key, forgotten_at)
    select k, clock_timestamp() + forget_ms * interval '1 ms' from unnest(array[pair_key, account_key]) k order by k
    on conflict (key) do update set
      failures = case when auth_throttle.forgotten_at <= clock_timestamp() then 0 else auth_throttle.failures end,
      forgotten_at = excluded.forgotten_at;
  select * into pair from minos.auth_throttle where key = pair_key;
  select * into account from minos.auth_throttle where key = account_key;
  moment := clock_timestamp();
  free_at := pair.blocked_until;
  if pair.trusted_until <= moment then free_at := greatest(free_at, account.blocked_until); end if;
  if free_at > moment then return greatest(1, extract(epoch from free_at - moment) * 1000); end if;
  update minos.auth_throttle set failures = failures + 1, blocked_until = case
    when failures + 1 > pair_free then moment + least(pair_longest, pair_first * power(2, least(failures - pair_free, 40))) * interval '1 ms' else blocked_until end
    where key = pair_key;
  update minos.auth_throttle set failures = failures + 1, blocked_until = case
    when failures + 1 > account_free then moment + least(account_longest, account_first * power(2, least(failures - account_free, 40))) * interval '1 ms' else blocked_until end
    where key = account_key;
  return 0;
end $$`;

/** A window that begins with the first taken; \`trusted_until\` is its end. */
export const CREATE_AUTH_TAKE = `
create function minos.auth_take(of_key bytea, most int, window_ms float8) returns float8 language plpgsql as $$
declare
  taken minos.auth_throttle;
  moment timestamptz := clock_timestamp();
begin
  insert into minos.auth_throttle as t (key, failures, trusted_until, forgotten_at)
    values (of_key, 1, moment + window_ms * interval '1 ms', moment + window_ms * interval '1 ms')
    on conflict (key) do update set
      failures = case when t.trusted_until <= moment then 1 else least(t.failures, most) + 1 end,
      trusted_until = case when t.trusted_until <= moment then excluded.trusted_until else t.trusted_until end,
      forgotten_at = case when t.trusted_until <= moment then excluded.trusted_until else t.forgotten_at end
    returning * into taken;
  if taken.failures <= most then return 0; end if;
  return greatest(1, extract(epoch from taken.trusted_until - moment) * 1000);
end $$`;
