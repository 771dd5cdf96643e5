import type { Migration } from '@minos/postgres';

/** What operators want of each version of each projection, and what its processes found out. */
const CREATE_PROJECTIONS = `
create table minos.projections (
  tenant text not null default '',
  projection text collate "C" not null,
  version int not null,
  key_hash int not null,
  views jsonb not null,
  types text[] not null,
  paused jsonb,
  resumes int not null default 0,
  built_at timestamptz,
  failure jsonb,
  rebuilds int not null default 0,
  rebuild jsonb,
  registered_at timestamptz not null default clock_timestamp(),
  primary key (tenant, projection, version)
)`;

const CREATE_PROJECTION_ACTIONS = `
create table minos.projection_actions (
  id bigint generated always as identity primary key,
  tenant text not null default '',
  projection text collate "C" not null,
  version int not null,
  key_hash int not null,
  action text not null,
  by text not null,
  reason text,
  rebuild int,
  at timestamptz not null default clock_timestamp()
)`;

/** Events that rows lack. \`rebuild\` is 0 for what is served. */
const CREATE_PROJECTION_SKIPS = `
create table minos.projection_skips (
  tenant text not null default '',
  projection text collate "C" not null,
  version int not null,
  rebuild int not null,
  position bigint not null,
  key_hash int not null,
  failure jsonb not null,
  primary key (tenant, projection, version, rebuild, position)
)`;

/** Pausing, resuming and rebuilding projections. */
export const PROJECTIONS_MIGRATION: Migration = {
  id: '002-projections',
  statements: [CREATE_PROJECTIONS, CREATE_PROJECTION_ACTIONS, CREATE_PROJECTION_SKIPS],
};
