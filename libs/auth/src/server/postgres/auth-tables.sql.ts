export const CREATE_AUTH_ACCOUNTS = `
create table minos.auth_accounts (
  id uuid primary key,
  tenant text not null default '',
  email text,
  password_hash text,
  password_version int not null default 0,
  roles text[] not null default '{}',
  disabled_at timestamptz,
  not_before bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  unique (tenant, email)
)`;

export const CREATE_AUTH_IDENTITIES = `
create table minos.auth_identities (
  tenant text not null default '',
  issuer text not null,
  subject text not null,
  account_id uuid not null references minos.auth_accounts (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant, issuer, subject)
)`;

export const CREATE_AUTH_ROLES = `
create table minos.auth_roles (
  tenant text not null default '',
  role text not null,
  permissions text[] not null,
  primary key (tenant, role)
)`;

export const CREATE_AUTH_SESSIONS = `
create table minos.auth_sessions (
  id uuid primary key,
  account_id uuid not null references minos.auth_accounts (id) on delete cascade,
  method text not null,
  address text,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  idle_until timestamptz not null,
  ended_at timestamptz
)`;

export const CREATE_AUTH_SESSIONS_OF = `create index auth_sessions_of on minos.auth_sessions (account_id) where ended_at is null`;

export const CREATE_AUTH_SESSIONS_OVER = `create index auth_sessions_over on minos.auth_sessions (least(expires_at, idle_until, ended_at))`;

export const CREATE_AUTH_REFRESH_TOKENS = `
create table minos.auth_refresh_tokens (
  hash bytea primary key,
  session_id uuid not null references minos.auth_sessions (id) on delete cascade,
  used_at timestamptz
)`;

export const CREATE_AUTH_REFRESH_TOKENS_OF = `create index auth_refresh_tokens_of on minos.auth_refresh_tokens (session_id)`;

export const CREATE_AUTH_SIGNING_KEYS = `
create table minos.auth_signing_keys (
  kid text primary key,
  alg text not null,
  public_jwk jsonb not null,
  private_key bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  active_from timestamptz not null,
  published_until timestamptz
)`;

export const CREATE_AUTH_SERVICE_KEYS = `
create table minos.auth_service_keys (
  kid text primary key,
  service text not null,
  alg text not null,
  public_jwk jsonb not null,
  expires_at timestamptz not null
)`;

export const CREATE_AUTH_REVOCATIONS = `
create table minos.auth_revocations (
  id bigint generated always as identity primary key,
  tenant text not null default '',
  subject text not null,
  session text,
  not_before bigint not null,
  created_at timestamptz not null default clock_timestamp()
)`;

export const CREATE_AUTH_THROTTLE = `
create table minos.auth_throttle (
  key bytea primary key,
  failures int not null default 0,
  blocked_until timestamptz not null default '-infinity',
  trusted_until timestamptz not null default '-infinity',
  forgotten_at timestamptz not null
)`;

export const CREATE_AUTH_AUDIT = `
create table minos.auth_audit (
  id bigint generated always as identity primary key,
  tenant text not null default '',
  at timestamptz not null default clock_timestamp(),
  event text not null,
  subject text not null,
  actor text not null,
  address text,
  details jsonb
)`;

export const CREATE_AUTH_AUDIT_AT = `create index auth_audit_at on minos.auth_audit (at)`;
