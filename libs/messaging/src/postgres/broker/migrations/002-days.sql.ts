import type { Migration } from '@minos/postgres';

const API = `security definer set search_path = pg_catalog, pg_temp`;

/**
 * Makes the tables of today and of the days to come. Attaching does not lock out those who append or read. One caller works, the others find nothing
 * to do.
 */
const CREATE_PREPARE_DAYS = `
create function minos_broker.prepare_days(ahead int) returns void language plpgsql volatile ${API} as $$
declare
  today date := (clock_timestamp() at time zone 'UTC')::date;
  made text;
begin
  perform pg_advisory_xact_lock(hashtextextended('minos_broker.days', 0));
  for n in 0 .. least(ahead, 30) loop
    made := 'messages_' || to_char(today + n, 'YYYYMMDD');
    if to_regclass('minos_broker.' || made) is null then
      execute format('create table minos_broker.%I (like minos_broker.messages including all)', made);
      execute format('alter table minos_broker.messages attach partition minos_broker.%I for values from (%L) to (%L)', made, today + n, today + n + 1);
    end if;
  end loop;
end $$`;

/** The days that have a table, but for the one that is kept. */
const CREATE_DAYS = `
create function minos_broker.days() returns setof date language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
   where i.inhparent = 'minos_broker.messages'::regclass and c.relname ~ '^messages_\\d{8}$'
   order by 1
$$`;

/**
 * Drops the days in which every channel that has messages in them has kept them for long enough, counted from the end of the day, as it would be at \`moment\`;
 * returns them. Waits only briefly for those who read, and fails where that is not enough: the next call drops them.
 */
const CREATE_DROP_DAYS_AT = `
create function minos_broker.drop_days_at(moment timestamptz) returns setof date language plpgsql volatile
set search_path = pg_catalog, pg_temp set lock_timeout = '500ms' as $$
declare
  old date;
begin
  perform pg_advisory_xact_lock(hashtextextended('minos_broker.days', 0));
  for old in select d from minos_broker.days() as d where d < (moment at time zone 'UTC')::date loop
    continue when exists (
      select from minos_broker.channels c
       where (c.retention_ms is null
              or (old + 1)::timestamp at time zone 'UTC' + c.retention_ms * interval '1 millisecond' > moment)
         and exists (select from minos_broker.messages m where m.channel_id = c.id and m.day = old));
    execute format('drop table minos_broker.%I', 'messages_' || to_char(old, 'YYYYMMDD'));
    return next old;
  end loop;
end $$`;

const CREATE_DROP_DAYS = `
create function minos_broker.drop_days() returns setof date language sql volatile ${API} as $$
  select * from minos_broker.drop_days_at(clock_timestamp())
$$`;

/** The tables in which messages lie, one a day. */
export const DAYS_MIGRATION: Migration = {
  id: '002-days',
  statements: [CREATE_PREPARE_DAYS, CREATE_DAYS, CREATE_DROP_DAYS_AT, CREATE_DROP_DAYS, 'select minos_broker.prepare_days(3)'],
};
