export const LOAD_SNAPSHOT = {
  name: 'minos_load_snapshot',
  text: `select version, state from minos.snapshots where tenant = $1 and stream = $2 and state_version = $3`,
};

/** One that comes late, behind a newer one, changes nothing. */
export const SAVE_SNAPSHOT = {
  name: 'minos_save_snapshot',
  text: `
insert into minos.snapshots as s (tenant, stream, state_version, version, state, key_hash) values ($1, $2, $3, $4, $5::json, $6)
on conflict (tenant, stream, state_version) do update
   set version = excluded.version, state = excluded.state, saved_at = clock_timestamp()
 where s.version < excluded.version`,
};
