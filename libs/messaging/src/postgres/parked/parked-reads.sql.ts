const MESSAGE = `m.place, m.tenant, m.consumer, m.channel, m.key, m.message_id, m.type, m.partition, m.message_offset, m.appended_at, m.headers, m.body,
  m.cause_code, m.cause_message, m.cause_stack, m.attempts, m.code_version, extract(epoch from m.parked_at)::float8 * 1000 as parked_at`;

const ACTION = `a.id, a.consumer, a.channel, a.key, a.partition, a.action, a.place, a.headers, a.body, a.requested_by, a.reason, a.outcome, a.detail,
  extract(epoch from a.requested_at)::float8 * 1000 as requested_at, extract(epoch from a.ended_at)::float8 * 1000 as ended_at, a.before_headers, a.before_body`;

const OF_KEY = 'm.consumer = $1 and m.channel = $2 and m.key = $3';

/** Keys that fit a filter (\$1 to \$5), each with its first message as \`f\`. */
const FITTING = `from minos.parked_keys as k
  cross join lateral (select m.* from minos.parked_messages as m
    where m.consumer = k.consumer and m.channel = k.channel and m.key = k.key order by m.place limit 1) as f
  where ($1::text is null or k.consumer = $1) and ($2::text is null or k.channel = $2) and ($3::text is null or k.key = $3)
    and ($4::text is null or f.cause_code = $4) and ($5::text is null or f.type = $5)`;

export const PARKED_KEYS = {
  name: 'minos_parked_keys',
  text: 'select key, messages from minos.parked_keys where consumer = $1 and channel = $2 and partition = $3',
};

export const FIRST_PARKED = {
  name: 'minos_first_parked',
  text: `select ${MESSAGE} from minos.parked_messages as m where ${OF_KEY} order by m.place limit 1`,
};

export const PARKED_MESSAGE = {
  name: 'minos_parked_message',
  text: `select ${MESSAGE} from minos.parked_messages as m where ${OF_KEY} and m.place = $4`,
};

export const PARKED_MESSAGES = {
  name: 'minos_parked_messages',
  text: `select ${MESSAGE} from minos.parked_messages as m where ${OF_KEY} and m.place > $4 order by m.place limit $5`,
};

export const OPEN_ACTIONS = {
  name: 'minos_open_parked_actions',
  text: `select ${ACTION} from minos.parked_actions as a
         where a.ended_at is null and a.consumer = $1 and (a.channel, a.partition) in (select * from unnest($2::text[], $3::int[]))
         order by a.id limit $4`,
};

export const DUE_KEYS = {
  name: 'minos_due_parked_keys',
  text: `select k.consumer, k.channel, k.key from minos.parked_keys as k
         where k.next_retry <= clock_timestamp() and k.consumer = $1 and (k.channel, k.partition) in (select * from unnest($2::text[], $3::int[]))
         order by k.next_retry limit $4`,
};

export const PARKED_TOTAL = {
  name: 'minos_parked_total',
  text: 'select coalesce(sum(messages), 0)::int as messages from minos.parked_keys where consumer = $1',
};

export const PARKED_ACTIONS = {
  name: 'minos_parked_actions',
  text: `select ${ACTION} from minos.parked_actions as a
         where ($1::text is null or a.consumer = $1) and ($2::text is null or a.channel = $2) and ($3::text is null or a.key = $3)
           and ($4::text is null or a.requested_by = $4) and ($5::bigint[] is null or a.id = any ($5)) and ($6::bigint is null or a.id < $6)
         order by a.id desc limit $7`,
};

export const PARKED_TOTALS = {
  name: 'minos_parked_totals',
  text: `select count(*)::int as keys, coalesce(sum(k.messages), 0)::int as messages ${FITTING}`,
};

export const LIST_PARKED = {
  name: 'minos_list_parked',
  text: `select k.consumer, k.channel, k.key, k.partition, k.messages, extract(epoch from k.parked_at)::float8 * 1000 as parked_at,
           f.cause_code, f.cause_message, f.cause_stack, f.type, f.attempts,
           exists (select 1 from minos.parked_actions as a where a.consumer = k.consumer and a.channel = k.channel and a.key = k.key
             and a.action = 'retry' and a.ended_at is null) as retrying
         ${FITTING} order by k.parked_at, k.consumer, k.channel, k.key limit $6 offset $7`,
};

export const REQUEST_RETRY = {
  name: 'minos_request_parked_retry',
  text: `insert into minos.parked_actions (tenant, consumer, channel, key, key_hash, partition, action, requested_by, reason)
         select k.tenant, k.consumer, k.channel, k.key, k.key_hash, k.partition, 'retry', $6, $7 ${FITTING} returning id`,
};

export const REQUEST_AMENDMENT = {
  name: 'minos_request_parked_amendment',
  text: `insert into minos.parked_actions (tenant, consumer, channel, key, key_hash, partition, action, place, requested_by, reason, headers, body)
         select q.tenant, q.consumer, q.channel, q.key, q.key_hash, q.partition, $8, q.place, $6, $7, $10::json, $11::bytea
           from (select m.tenant, m.consumer, m.channel, m.key, m.key_hash, m.partition, m.place
                   from (select k.consumer, k.channel, k.key ${FITTING}) as w
                   join minos.parked_messages as m on m.consumer = w.consumer and m.channel = w.channel and m.key = w.key
                  where $9::bigint is null or m.place = $9
                  order by m.place) as q
         returning id`,
};

export const FIND_PARKED_OFFSET = {
  name: 'minos_find_parked_offset',
  text: 'select 1 from minos.parked_messages where consumer = $1 and channel = $2 and partition = $3 and message_offset = $4',
};

export const FIND_PARKED_PLACE = {
  name: 'minos_find_parked_place',
  text: `select count(*) filter (where place = $4)::int as mine, count(*)::int as messages
         from minos.parked_messages where consumer = $1 and channel = $2 and key = $3`,
};
