import type { Migration } from '@minos/postgres';

/**
 * The log of the broker, in a database that services share. What a message says of its tenant stands in its headers, which are opaque here; the hash of
 * its key is spent on its partition. Names and keys compare bytewise (collation C).
 *
 * Every function that a service calls runs with the rights of its owner, so a role needs nothing but the right to execute it.
 */
const CREATE_SCHEMA = 'create schema if not exists minos_broker';

/** `retention_ms` is null where messages are kept for ever. */
const CREATE_CHANNELS = `
create table minos_broker.channels (
  id int generated always as identity primary key,
  name text collate "C" not null unique,
  partitions int not null check (partitions between 1 and 10000),
  retention_ms float8 check (retention_ms >= 0),
  made_at timestamptz not null default clock_timestamp()
)`;

/** One row per partition, locked by whoever appends. \`appended_at\` is that of the last message: it never goes back, whatever the clock does. */
const CREATE_PARTITIONS = `
create table minos_broker.partitions (
  channel_id int not null references minos_broker.channels (id) on delete cascade,
  partition int not null,
  next bigint not null default 0,
  appended_at timestamptz not null default '-infinity',
  primary key (channel_id, partition)
) with (fillfactor = 50)`;

/** \`day\` is that of \`appended_at\` in UTC, or infinity where the channel keeps its messages for ever: those lie in a table of their own. */
const CREATE_MESSAGES = `
create table minos_broker.messages (
  channel_id int not null,
  partition int not null,
  message_offset bigint not null,
  day date not null,
  appended_at timestamptz not null,
  key text collate "C" not null,
  headers json not null,
  body bytea not null,
  primary key (channel_id, partition, message_offset, day)
) partition by range (day)`;

const CREATE_KEPT_MESSAGES = `create table minos_broker.messages_kept partition of minos_broker.messages for values from ('infinity') to (maxvalue)`;

const API = `security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan`;

/** Plans are made while tables are empty and kept, so they are told to use the index. */
const BY_INDEX = `set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off`;

/**
 * Makes the channels that are missing, unless one of the given exists with another number of partitions: those are returned, and nothing is made.
 * Callers take turns.
 */
const CREATE_ENSURE_CHANNELS = `
create function minos_broker.ensure_channels(of_names text[], of_partitions int[], of_retentions float8[])
returns table (name text, existing int, wanted int) language plpgsql volatile ${API} as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('minos_broker.channels', 0));
  return query
    select c.name, c.partitions, d.partitions
      from unnest(of_names, of_partitions) as d (name, partitions)
      join minos_broker.channels c on c.name = d.name
     where c.partitions <> d.partitions;
  if found then
    return;
  end if;
  with made as (
    insert into minos_broker.channels as c (name, partitions, retention_ms)
      select d.name, d.partitions, d.retention from unnest(of_names, of_partitions, of_retentions) as d (name, partitions, retention)
      on conflict on constraint channels_name_key do nothing
      returning c.id, c.partitions)
  insert into minos_broker.partitions (channel_id, partition)
    select m.id, n from made m cross join lateral generate_series(0, m.partitions - 1) as n;
end $$`;

const CREATE_FIND_CHANNELS = `
create function minos_broker.find_channels(of_names text[])
returns table (name text, id int, partitions int, retention_ms float8) language plpgsql stable ${API} as $$
begin
  return query select c.name, c.id, c.partitions, c.retention_ms from minos_broker.channels c where c.name = any (of_names);
end $$`;

/**
 * Appends a batch and returns the first offset of each partition, in the order given. Partitions come in ascending order, which is the order of their
 * locks for everybody; they stay locked until the commit, so offsets have no holes and ascend in the order of commits. A message names its
 * partition by its place in the list, and its place among the batch's messages of that partition. Bodies come in one piece. Callers are other services: counts
 * that do not agree with the messages would make offsets go back, or holes, for everybody who reads the channel, and are refused.
 */
const CREATE_PUBLISH = `
create function minos_broker.publish(
  of_channels int[], of_partitions int[], of_counts int[],
  of_places int[], of_ordinals int[], of_keys text[], of_headers json, of_starts int[], of_lengths int[], of_bodies bytea
) returns bigint[] language plpgsql volatile ${API} as $$
declare
  firsts bigint[] := '{}';
  times timestamptz[] := '{}';
  days date[] := '{}';
  first_offset bigint;
  appended timestamptz;
  for_ever boolean;
begin
  if (select count(*) from unnest(of_places, of_ordinals) as m (place, ordinal) where m.ordinal between 0 and of_counts[m.place] - 1)
       is distinct from cardinality(of_places)
     or (select sum(c) from unnest(of_counts) as c) is distinct from cardinality(of_places)
     or 1 > any (of_counts) or cardinality(of_keys) is distinct from cardinality(of_places) then
    raise exception 'the messages of a batch and their counts do not agree' using errcode = 'MB003';
  end if;
  for place in 1 .. cardinality(of_channels) loop
    update minos_broker.partitions p
       set next = p.next + of_counts[place], appended_at = greatest(p.appended_at, clock_timestamp())
      from minos_broker.channels c
     where p.channel_id = of_channels[place] and p.partition = of_partitions[place] and c.id = p.channel_id
    returning p.next - of_counts[place], p.appended_at, c.retention_ms is null into first_offset, appended, for_ever;
    if not found then
      raise exception 'there is no partition % of channel %', of_partitions[place], of_channels[place] using errcode = 'MB001';
    end if;
    firsts := firsts || first_offset;
    times := times || appended;
    days := days || case when for_ever then 'infinity'::date else (appended at time zone 'UTC')::date end;
  end loop;
  insert into minos_broker.messages (channel_id, partition, message_offset, day, appended_at, key, headers, body)
    select of_channels[m.place], of_partitions[m.place], firsts[m.place] + m.ordinal, days[m.place], times[m.place],
           m.key, m.headers, substring(of_bodies from m.start for m.length)
      from rows from (unnest(of_places, of_ordinals, of_keys, of_starts, of_lengths), json_array_elements(of_headers))
        as m (place, ordinal, key, start, length, headers);
  return firsts;
end $$`;

/**
 * The next messages of several partitions: \`each_most\` of one, \`most\` in all, and about \`most_bytes\` of bodies (one message at least). A partition without news costs
 * one look at its row. \`of_days\` is the day of the last message that was read, or -infinity: earlier tables are not looked at.
 */
const CREATE_FETCH = `
create function minos_broker.fetch(
  of_channels int[], of_partitions int[], of_positions bigint[], of_days date[], each_most int, most int, most_bytes bigint
) returns table (place int, message_offset bigint, appended_ms float8, key text, headers json, body bytea)
language plpgsql stable ${API} ${BY_INDEX} as $$
declare
  moved int[];
  left_rows int := most;
  left_bytes bigint := most_bytes;
begin
  select array_agg(w.place order by w.place) into moved
    from unnest(of_channels, of_partitions, of_positions) with ordinality as w (channel, partition, position, place)
    join minos_broker.partitions p on p.channel_id = w.channel and p.partition = w.partition
   where p.next > w.position;
  foreach place in array coalesce(moved, '{}') loop
    for message_offset, appended_ms, key, headers, body in
      select m.message_offset, floor(date_part('epoch', m.appended_at) * 1000), m.key, m.headers, m.body
        from minos_broker.messages m
       where m.channel_id = of_channels[place] and m.partition = of_partitions[place]
         and m.message_offset >= of_positions[place] and m.day >= of_days[place]
       order by m.message_offset
       limit least(each_most, left_rows)
    loop
      return next;
      left_rows := left_rows - 1;
      left_bytes := left_bytes - octet_length(body);
      exit when left_bytes <= 0;
    end loop;
    exit when left_rows <= 0 or left_bytes <= 0;
  end loop;
end $$`;

const CREATE_DESCRIBE = `
create function minos_broker.describe(of_channel text)
returns table (retention_ms float8, partition int, earliest bigint, next bigint) language plpgsql stable ${API} ${BY_INDEX} as $$
begin
  return query
    select c.retention_ms, p.partition, coalesce(f.message_offset, p.next), p.next
      from minos_broker.channels c
      join minos_broker.partitions p on p.channel_id = c.id
      left join lateral (
        select m.message_offset from minos_broker.messages m
         where m.channel_id = p.channel_id and m.partition = p.partition and m.message_offset >= 0
         order by m.message_offset limit 1) f on true
     where c.name = of_channel
     order by p.partition;
end $$`;

/** Where partitions end, in the order given; null for one that does not exist. */
const CREATE_NEXT_OF = `
create function minos_broker.next_of(of_channel int, of_partition int) returns bigint language plpgsql stable ${API} as $$
begin
  return (select p.next from minos_broker.partitions p where p.channel_id = of_channel and p.partition = of_partition);
end $$`;

export const LOG_MIGRATION: Migration = {
  id: '001-log',
  statements: [
    CREATE_SCHEMA,
    CREATE_CHANNELS,
    CREATE_PARTITIONS,
    CREATE_MESSAGES,
    CREATE_KEPT_MESSAGES,
    CREATE_ENSURE_CHANNELS,
    CREATE_FIND_CHANNELS,
    CREATE_PUBLISH,
    CREATE_FETCH,
    CREATE_DESCRIBE,
    CREATE_NEXT_OF,
  ],
};
