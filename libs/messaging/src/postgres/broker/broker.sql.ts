/** What the broker calls: each statement is one function of the schema `minos_broker`. */

export const ENSURE_CHANNELS = {
  name: 'minos_broker_ensure_channels',
  text: 'select * from minos_broker.ensure_channels($1::text[], $2::int[], $3::float8[])',
};

export const FIND_CHANNELS = {
  name: 'minos_broker_find_channels',
  text: 'select name, id, partitions from minos_broker.find_channels($1::text[])',
};

export const PUBLISH = {
  name: 'minos_broker_publish',
  text: 'select minos_broker.publish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as firsts',
};

/** Notifies with its commit. All commits of the server that notify wait for each other, so this is for publishers with little to do. */
export const PUBLISH_AND_NOTIFY = {
  name: 'minos_broker_publish_and_notify',
  text: `select minos_broker.publish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as firsts,
                (select count(pg_notify('minos_hints', h.payload)) from unnest($11::text[]) as h (payload)) as notified`,
};

export const FETCH = {
  name: 'minos_broker_fetch',
  text: 'select * from minos_broker.fetch($1, $2, $3, $4, $5, $6, $7)',
  rowMode: 'array' as const,
};

export const NEXT_OF = { name: 'minos_broker_next_of', text: 'select minos_broker.next_of($1, $2) as next' };

export const DESCRIBE = { name: 'minos_broker_describe', text: 'select * from minos_broker.describe($1)' };

export const ORIGIN = { name: 'minos_broker_origin', text: 'select minos_broker.origin() as origin' };

export const LAG = {
  name: 'minos_broker_lag',
  text: 'select channel, partition, lag, age_seconds as "ageSeconds" from minos_broker.lag($1, $2::text[])',
};

export const PREPARE_DAYS = { name: 'minos_broker_prepare_days', text: 'select minos_broker.prepare_days($1)' };

export const DROP_DAYS = { name: 'minos_broker_drop_days', text: 'select count(*) from minos_broker.drop_days()' };

export const JOIN_GROUP = { name: 'minos_broker_join_group', text: 'select minos_broker.join_group($1, $2, $3::uuid, $4::text[], $5)' };

export const HEARTBEAT = { name: 'minos_broker_heartbeat', text: 'select * from minos_broker.heartbeat($1, $2, $3::uuid, $4, $5)' };

export const RELEASE = { name: 'minos_broker_release', text: 'select minos_broker.release($1, $2, $3, $4)' };

export const LEAVE_GROUP = { name: 'minos_broker_leave_group', text: 'select minos_broker.leave_group($1, $2, $3::uuid)' };

export const TELL = { name: 'minos_broker_tell', text: 'select minos_broker.tell($1, $2, $3, $4, $5)' };

/** SQLSTATE of what the functions raise: a partition that is not there, a session that is over. */
export const NO_PARTITION = 'MB001';
export const SESSION_OVER = 'MB002';
