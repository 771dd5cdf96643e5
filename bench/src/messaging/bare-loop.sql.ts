/** The tables that a message passes through, of the same shape and with the same indexes, without the suite. */
export const SENDER_TABLES = [
  'create schema bench',
  'create table bench.outbox (like minos.outbox including all)',
  'create table bench.messages (like minos_broker.messages including all)',
  'create table bench.log_end (like minos_broker.partitions including all)',
  'insert into bench.log_end (channel_id, partition) values (1, 0)',
];

export const RECEIVER_TABLES = [
  'create schema bench',
  'create table bench.inbox (like minos.inbox including all)',
  'create table bench.events (like minos.events including all)',
  'create table bench.positions (like minos.consumer_positions including all)',
  "insert into bench.positions (consumer, channel, partition, key_hash, epoch, next) values ('bare', 'bare', 0, 0, 1, 0)",
];

export const INSERT_OUTBOX = {
  name: 'bare_insert_outbox',
  text: `insert into bench.outbox (message_id, channel, key, key_hash, slot, headers, body)
         select id, $2, key, 0, 0, $4::json, $5 from unnest($1::uuid[], $3::text[]) as m (id, key)`,
};

export const READ_OUTBOX = {
  name: 'bare_read_outbox',
  text: 'select id, message_id, key, headers, body from bench.outbox where slot = 0 order by id limit $1',
};

/** The end of the log moves with the messages. */
export const INSERT_MESSAGES = {
  name: 'bare_insert_messages',
  text: `with log_end as (
           update bench.log_end set next = next + cardinality($1::text[]), appended_at = clock_timestamp()
            where channel_id = 1 and partition = 0 returning next - cardinality($1::text[]) as first)
         insert into bench.messages (channel_id, partition, message_offset, day, appended_at, key, headers, body)
         select 1, 0, e.first + m.ordinal - 1, current_date, clock_timestamp(), m.key, m.headers::json, m.body::bytea
           from log_end as e, unnest($1::text[], $2::text[], $3::text[]) with ordinality as m (key, headers, body, ordinal)`,
};

export const DELETE_OUTBOX = {
  name: 'bare_delete_outbox',
  text: 'delete from bench.outbox where slot = 0 and id = any ($1::bigint[])',
};

export const READ_MESSAGES = {
  name: 'bare_read_messages',
  text: `select message_offset, key, headers, body from bench.messages
          where channel_id = 1 and partition = 0 and message_offset >= $1 order by message_offset limit $2`,
};

/** Mark, effect and position, in one transaction. */
export const INSERT_EFFECTS = {
  name: 'bare_insert_effects',
  text: `with marks as (
           insert into bench.inbox (consumer, message_id, source) select 'bare', id, 'orders' from unnest($1::text[]) as m (id)
         ), moved as (
           update bench.positions set next = $5, moved_at = clock_timestamp() where consumer = 'bare' and channel = 'bare' and partition = 0
         )
         insert into bench.events (position, stream, version, id, type, schema_version, data, metadata, key_hash)
         select nextval('minos.events_position'), stream, 1, id, $4, 1, $6::json, '{}', 0
           from unnest($2::text[], $3::uuid[]) as m (stream, id)`,
};
