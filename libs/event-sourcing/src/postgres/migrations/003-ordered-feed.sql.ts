import type { Migration } from '@minos/postgres';

/**
 * Names the run of the server that answers: it changes when the server starts, recovers from a crash, or another one has taken its
 * place. It also changes with each checkpoint of the server, which costs the feed one question more and nothing else.
 */
const CREATE_FEED_SERVER = `
create function minos.feed_server() returns text language sql stable as $$
  select extract(epoch from pg_postmaster_start_time())::text || '/' || (select checkpoint_lsn from pg_control_checkpoint())::text
$$`;

/**
 * The highest position that can be seen, and then who may still commit a lower one: every transaction that has drawn a number holds the
 * sequence's row-exclusive lock from before the draw until after its commit is visible, and numbers below a stored one were drawn before it.
 * Volatile, so that each statement sees what the one before it left; the position must be read before the locks. Where the position is still
 * \`known\` the locks are not read.
 *
 * The sequence's own \`last_value\` would not do: nextval() writes a value that lies up to 32 ahead into the page while it logs it, and a
 * SELECT reads the page without the lock that hides this. It serves to notice a sequence that stands behind what is stored, where too high
 * a value does no harm; read after the position, it is never too low.
 */
const CREATE_FEED_MARK = `
create function minos.feed_mark(known bigint)
returns table (latest bigint, drawn bigint, server text, holders text[], pids int[], prepared boolean) language plpgsql volatile as $$
begin
  if pg_is_in_recovery() then
    raise exception 'the feed was read on a standby' using errcode = 'MF001';
  end if;
  server := minos.feed_server();
  select coalesce(max(e.position), 0) into latest from minos.events e;
  select case when s.is_called then s.last_value else s.last_value - 1 end into drawn from minos.events_position s;
  if latest is distinct from known then
    select coalesce(array_agg(l.virtualtransaction), '{}'), coalesce(array_agg(coalesce(l.pid, 0)), '{}'), coalesce(bool_or(l.pid is null), false)
      into holders, pids, prepared
      from pg_locks l
     where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted
       and l.relation = 'minos.events_position'::regclass
       and l.database = (select d.oid from pg_database d where d.datname = current_database());
  end if;
  return next;
end $$`;

/** Lets a page be read only from the run of the server that gave the mark. Stable without columns: asked once per statement. */
const CREATE_FEED_GUARD = `
create function minos.feed_guard(expected text) returns boolean language plpgsql stable as $$
begin
  if pg_is_in_recovery() then
    raise exception 'the feed was read on a standby' using errcode = 'MF001';
  end if;
  if minos.feed_server() is distinct from expected then
    raise exception 'the server has changed since the mark' using errcode = 'MF002';
  end if;
  return true;
end $$`;

/** What the ordered feed asks the server. */
export const ORDERED_FEED_MIGRATION: Migration = {
  id: '003-ordered-feed',
  statements: [CREATE_FEED_SERVER, CREATE_FEED_MARK, CREATE_FEED_GUARD],
};
