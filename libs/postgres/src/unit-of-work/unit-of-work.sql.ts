/**
 * Locks keys until the transaction ends, in the order in which they are given, which is the same for all sessions. What is checked behind the locks must
 * be as it is then: a snapshot from before them, as the stricter levels keep it, would let two units pass that exclude each other. With a patience the
 * transaction fails (55P03) rather than wait longer for one lock. Assignments are evaluated in place, where a PERFORM would start the executor.
 */
export const CREATE_LOCK_KEYS = `
create or replace function minos.lock_keys(keys text[], patience_ms int) returns bigint language plpgsql volatile as $$
declare
  key text;
  done text;
  taken boolean;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'units of work commit at the level "read committed", not at "%"', current_setting('transaction_isolation') using errcode = 'MU001',
      hint = 'Remove default_transaction_isolation from the settings of the role and the database, or set no other level in the unit.';
  end if;
  if patience_ms is not null then
    done := set_config('lock_timeout', patience_ms || 'ms', true);
  end if;
  foreach key in array keys loop
    taken := pg_advisory_xact_lock(hashtextextended(key, 0)) is null;
  end loop;
  return cardinality(keys);
end $$`;

/**
 * The units that may not be written: those refused before, those that a check refused, and those that stand on one of them; the edges come in the order of
 * the later unit, so one pass suffices.
 */
export const CREATE_FAILED_UNITS = `
create or replace function minos.failed_units(locked bigint, failed int[], checks jsonb[], earlier int[], later int[]) returns int[]
language plpgsql immutable as $$
begin
  if cardinality(array_remove(checks, null)) > 0 then
    failed := failed || array(select (refused ->> 0)::int from unnest(checks) as c, jsonb_array_elements(c) as refused);
  end if;
  for edge in 1 .. coalesce(array_length(later, 1), 0) loop
    if earlier[edge] = any (failed) and not later[edge] = any (failed) then
      failed := failed || later[edge];
    end if;
  end loop;
  return failed;
end $$`;

export const LOCK_KEYS = { name: 'minos_lock_keys', text: 'select minos.lock_keys($1::text[], $2::int) as locked' };

/** Which of the keys nobody holds or waits for at this moment. */
export const FREE_KEYS = {
  name: 'minos_free_keys',
  text: 'select key from unnest($1::text[]) as key where pg_try_advisory_xact_lock(hashtextextended(key, 0))',
};

export const CURRENT_TRANSACTION = { name: 'minos_current_xact', text: 'select pg_current_xact_id_if_assigned()::text as xid' };

/**
 * Changes with every start of the server and every recovery from a crash (which resets the statistics). After a crash the id of a transaction whose
 * log was lost is given to another one, whose fate is not ours.
 */
const INCARNATION = `concat(pg_postmaster_start_time(), ' ', (select stats_reset from pg_stat_bgwriter))`;

export const SERVER_INCARNATION = { name: 'minos_incarnation', text: `select ${INCARNATION} as incarnation` };

export const TRANSACTION_STATUS = {
  name: 'minos_xact_status',
  text: `select pg_xact_status($1::xid8) as status, ${INCARNATION} as incarnation`,
};

/** A row that is refused may not end the transaction, so that what the refusal means can be asked in it. */
export const BEFORE_WRITE = 'savepoint minos_write';

export const UNDO_WRITE = 'rollback to savepoint minos_write';
