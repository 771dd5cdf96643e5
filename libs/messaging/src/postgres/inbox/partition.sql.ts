/** Positions move all the time and the rows are few: room in the pages keeps the moves out of the index. */
export const CREATE_CONSUMER_POSITIONS = `
create table minos.consumer_positions (
  tenant text not null default '',
  consumer text not null,
  channel text not null,
  partition int not null,
  key_hash int not null,
  next bigint,
  epoch bigint not null,
  moved_at timestamptz not null default clock_timestamp(),
  constraint consumer_positions_pkey primary key (consumer, channel, partition)
) with (fillfactor = 50)`;

/** What the owner of a partition may have in handling: from its position up to \`up_to\`. */
export const CREATE_IN_HAND = `
create table minos.in_hand (
  tenant text not null default '',
  consumer text not null,
  channel text not null,
  partition int not null,
  key_hash int not null,
  up_to bigint not null,
  epoch bigint not null,
  taken_at timestamptz not null default clock_timestamp(),
  constraint in_hand_pkey primary key (consumer, channel, partition)
) with (fillfactor = 50)`;

/** Tries of messages that a dead owner had in hand. */
export const CREATE_SUSPECTS = `
create table minos.suspects (
  tenant text not null default '',
  consumer text not null,
  channel text not null,
  partition int not null,
  message_offset bigint not null,
  tries int not null,
  constraint suspects_pkey primary key (consumer, channel, partition, message_offset)
)`;

/**
 * The lock of a partition is held in share by every unit that commits under its epoch, until that has ended; so the new epoch is given out when no unit
 * of the old one can commit any more. An advisory lock and not one of the row: it writes nothing, and those who come after a waiting take-over wait behind it.
 */
export const CREATE_TAKE_OVER = `
create function minos.take_partition_over(lock text, of_consumer text, of_channel text, of_partition int, hash int)
returns table (now_epoch bigint, now_next bigint) language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(lock, 0));
  return query
    insert into minos.consumer_positions as p (consumer, channel, partition, key_hash, epoch)
      values (of_consumer, of_channel, of_partition, hash, 1)
      on conflict on constraint consumer_positions_pkey do update set epoch = p.epoch + 1
      returning p.epoch, p.next;
end $$`;

/**
 * Holds come once each, in the order of their locks; \`holds\` says which one a change stands on. The epochs are read in a statement of their own, whose snapshot
 * is taken behind the locks.
 */
export const CREATE_CHECK_PARTITIONS = `
create function minos.check_partitions(
  locked bigint, units int[], ordinals int[], holds int[], locks text[], consumers text[], channels text[], partitions int[], epochs bigint[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  lock text;
  taken boolean;
  lost int[];
begin
  foreach lock in array locks loop
    taken := pg_advisory_xact_lock_shared(hashtextextended(lock, 0)) is null;
  end loop;
  lost := array(
    select h.place::int
      from unnest(consumers, channels, partitions, epochs) with ordinality as h(consumer, channel, partition, epoch, place)
      left join minos.consumer_positions as p on p.consumer = h.consumer and p.channel = h.channel and p.partition = h.partition
     where p.epoch is distinct from h.epoch);
  if cardinality(lost) = 0 then
    return null;
  end if;
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, 'lost', null))
      from unnest(units, ordinals, holds) as c(unit, ordinal, hold)
     where c.hold = any (lost));
end $$`;

export const CREATE_WRITE_PARTITIONS = `
create function minos.write_partitions(
  failed int[], units int[], consumers text[], channels text[], partitions int[], nexts bigint[],
  taking_units int[], taking_consumers text[], taking_channels text[], taking_partitions int[], taking_epochs bigint[], taking_ups bigint[], hashes int[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  if cardinality(units) > 0 then
    update minos.consumer_positions as p set next = m.next, moved_at = clock_timestamp()
      from (select u.consumer, u.channel, u.partition, max(u.next) as next
              from unnest(units, consumers, channels, partitions, nexts) as u(unit, consumer, channel, partition, next)
             where not u.unit = any (failed) group by 1, 2, 3) as m
     where p.consumer = m.consumer and p.channel = m.channel and p.partition = m.partition and (p.next is null or p.next < m.next);
  end if;
  if cardinality(taking_units) > 0 then
    insert into minos.in_hand as i (consumer, channel, partition, key_hash, epoch, up_to)
      select distinct on (u.consumer, u.channel, u.partition) u.consumer, u.channel, u.partition, u.hash, u.epoch, u.up_to
        from unnest(taking_units, taking_consumers, taking_channels, taking_partitions, taking_epochs, taking_ups, hashes)
          as u(unit, consumer, channel, partition, epoch, up_to, hash)
       where not u.unit = any (failed)
       order by u.consumer, u.channel, u.partition, u.up_to desc
      on conflict on constraint in_hand_pkey do update set up_to = excluded.up_to, epoch = excluded.epoch, taken_at = clock_timestamp();
  end if;
  return null;
end $$`;

export const ADD_ORIGIN = "alter table minos.consumer_positions add column origin text not null default ''";

export const DROP_TAKE_OVER = 'drop function minos.take_partition_over(text, text, text, int, int)';

/** As before, and begins at 0 where the place was kept in another log of the broker, or in one that was longer; where either is not named, they are the same. */
export const CREATE_TAKE_OVER_OF_LOG = `
create function minos.take_partition_over(lock text, of_consumer text, of_channel text, of_partition int, hash int, of_log text, of_end bigint)
returns table (now_epoch bigint, now_next bigint, was_moved boolean) language plpgsql volatile as $$
declare
  known text;
  place bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended(lock, 0));
  select p.origin, p.next into known, place from minos.consumer_positions as p
   where p.consumer = of_consumer and p.channel = of_channel and p.partition = of_partition;
  was_moved := of_log <> '' and (coalesce(known, of_log) not in ('', of_log) or coalesce(place > of_end, false));
  insert into minos.consumer_positions as p (consumer, channel, partition, key_hash, epoch, origin)
    values (of_consumer, of_channel, of_partition, hash, 1, of_log)
    on conflict on constraint consumer_positions_pkey do update
      set epoch = p.epoch + 1, next = case when was_moved then 0 else p.next end, origin = case when of_log = '' then p.origin else of_log end
    returning p.epoch, p.next into now_epoch, now_next;
  return next;
end $$`;

export const TAKE_OVER = {
  name: 'minos_take_partition_over',
  text: 'select now_epoch as epoch, now_next as next, was_moved as moved from minos.take_partition_over($1, $2, $3, $4, $5, $6, $7)',
};

export const READ_POSITION = {
  name: 'minos_read_position',
  text: 'select next, epoch, origin from minos.consumer_positions where consumer = $1 and channel = $2 and partition = $3',
};

export const READ_IN_HAND = {
  name: 'minos_read_in_hand',
  text: 'select up_to from minos.in_hand where consumer = $1 and channel = $2 and partition = $3',
};

const IS_HELD = `exists (select 1 from minos.consumer_positions as p
  where p.consumer = $1 and p.channel = $2 and p.partition = $3 and p.epoch = $4::bigint)`;

export const COUNT_TRY = {
  name: 'minos_count_try',
  text: `insert into minos.suspects as s (consumer, channel, partition, message_offset, tries)
         select $1, $2, $3, $5::bigint, 1 where ${IS_HELD}
         on conflict on constraint suspects_pkey do update set tries = s.tries + 1 returning tries`,
};

export const FORGIVE_TRY = {
  name: 'minos_forgive_try',
  text: `delete from minos.suspects
         where consumer = $1 and channel = $2 and partition = $3 and message_offset = $5::bigint and ${IS_HELD}`,
};

export const CLEAR_SUSPECTS = {
  name: 'minos_clear_suspects',
  text: `with tries as (delete from minos.suspects where consumer = $1 and channel = $2 and partition = $3 and ${IS_HELD})
         delete from minos.in_hand where consumer = $1 and channel = $2 and partition = $3 and ${IS_HELD}`,
};
