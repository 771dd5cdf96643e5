/**
 * `fence` is the place in the line and the fence of the holder in one: it is drawn behind the lock of the resource, and who is in line is granted in the order of it. The
 * partial key is what lets no two hold one resource, whatever goes wrong above it. `answers` are ids of rows of `minos.schedules`.
 */
export const CREATE_RESERVATIONS = `
create table minos.reservations (
  fence bigint generated always as identity (cache 1),
  tenant text collate "C" not null default '',
  resource text collate "C" not null,
  key_hash int not null,
  holder text collate "C" not null,
  age bigint not null,
  lease_ms float8 not null,
  held_until timestamptz,
  answers uuid[] not null default '{}',
  reserved_at timestamptz not null default clock_timestamp(),
  constraint reservations_pkey primary key (tenant, resource, fence),
  constraint reservations_once unique (tenant, holder, resource)
)`;

export const CREATE_RESERVATIONS_HELD =
  'create unique index reservations_held on minos.reservations (tenant, resource) where held_until is not null';

export const CREATE_RESERVATIONS_WAITING =
  'create index reservations_waiting on minos.reservations (tenant, resource, fence) where held_until is null';

export const CREATE_RESERVATIONS_AGE = 'create index reservations_until on minos.reservations (held_until) where held_until is not null';

/** What was confirmed, with its fence, and what was cancelled before it came, without one. */
export const CREATE_ENDED_RESERVATIONS = `
create table minos.ended_reservations (
  tenant text collate "C" not null default '',
  resource text collate "C" not null,
  key_hash int not null,
  holder text collate "C" not null,
  fence bigint,
  ended_at timestamptz not null default clock_timestamp(),
  constraint ended_reservations_pkey primary key (tenant, resource, holder)
)`;

export const CREATE_ENDED_RESERVATIONS_AGE = 'create index ended_reservations_age on minos.ended_reservations using brin (ended_at)';

/** End of the lease of the reservation `r`, in milliseconds since the epoch. */
export const UNTIL_MS = 'floor(extract(epoch from r.held_until) * 1000)::float8';
