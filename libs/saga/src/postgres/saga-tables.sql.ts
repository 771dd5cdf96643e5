/**
 * An instance is updated with each of its steps, and its time with it, so each update makes an entry in every index: there are few. `data` is all of the instance as it was
 * given; what the other columns hold too is there to be found by. `wake_at` is the store's own: a lease of who claimed it may stand in the place of what the instance says.
 */
export const CREATE_SAGAS = `
create table minos.sagas (
  id uuid not null,
  tenant text collate "C" not null default '',
  name text collate "C" not null,
  version int not null,
  hash text collate "C" not null,
  key text collate "C",
  key_hash int not null,
  revision int not null,
  status text collate "C" not null,
  data json not null,
  wake_at timestamptz,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  constraint sagas_pkey primary key (id)
) with (
  fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 5000, vacuum_truncate = off
)`;

/** The key comes first, so that it can be looked for without the rest. */
export const CREATE_SAGAS_KEY = 'create unique index sagas_key on minos.sagas (key, name, tenant) where key is not null';

/** What lives or is due, by its plan: who does not carry a plan never meets its instances, however long they have been due. */
export const CREATE_SAGAS_LIVE = `
create index sagas_live on minos.sagas (name, version, hash, wake_at, id) include (status) where ended_at is null or wake_at is not null`;

export const CREATE_SAGAS_STARTED = 'create index sagas_started on minos.sagas (started_at, id)';

export const CREATE_SAGAS_ENDED = 'create index sagas_ended on minos.sagas (ended_at) where ended_at is not null';

export const CREATE_SAGA_JOURNAL = `
create table minos.saga_journal (
  saga_id uuid not null,
  number int not null,
  tenant text collate "C" not null default '',
  kind text collate "C" not null,
  step text collate "C",
  data json,
  at timestamptz not null,
  constraint saga_journal_pkey primary key (saga_id, number)
)`;

/** \`seq\` is drawn behind the lock of the instance, so it ascends with the commits of its mail. */
export const CREATE_SAGA_MAIL = `
create table minos.saga_mail (
  id uuid not null,
  saga_id uuid not null,
  tenant text collate "C" not null default '',
  key_hash int not null,
  seq bigint generated always as identity,
  body json not null,
  sent_at timestamptz not null default clock_timestamp(),
  constraint saga_mail_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)`;

export const CREATE_SAGA_MAIL_OF = 'create index saga_mail_of on minos.saga_mail (saga_id, seq)';
