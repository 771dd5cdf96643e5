export const CREATE_PARKED_KEYS = `
create table minos.parked_keys (
  tenant text not null default '',
  consumer text collate "C" not null,
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  partition int not null,
  messages int not null default 0,
  next_retry timestamptz,
  parked_at timestamptz not null default clock_timestamp(),
  constraint parked_keys_pkey primary key (consumer, channel, key)
)`;

export const CREATE_PARKED_MESSAGES = `
create table minos.parked_messages (
  place bigint generated always as identity,
  tenant text not null default '',
  consumer text collate "C" not null,
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  message_id text not null,
  type text not null,
  partition int not null,
  message_offset bigint not null,
  appended_at bigint not null,
  headers json not null,
  body bytea not null,
  cause_code text,
  cause_message text,
  cause_stack text,
  attempts int not null,
  code_version text not null,
  parked_at timestamptz not null default clock_timestamp(),
  constraint parked_messages_pkey primary key (consumer, channel, key, place),
  constraint parked_messages_offset unique (consumer, channel, partition, message_offset)
)`;

/** What operators asked for, kept for audit when it is done. */
export const CREATE_PARKED_ACTIONS = `
create table minos.parked_actions (
  id bigint generated always as identity primary key,
  tenant text not null default '',
  consumer text collate "C" not null,
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  partition int not null,
  action text not null,
  place bigint,
  headers json,
  body bytea,
  requested_by text not null,
  reason text,
  requested_at timestamptz not null default clock_timestamp(),
  outcome text,
  detail text,
  ended_at timestamptz,
  before_headers json,
  before_body bytea
)`;

export const CREATE_PARKED_ACTIONS_OPEN = `
create index parked_actions_open on minos.parked_actions (consumer, channel, partition, id) where ended_at is null`;

export const CREATE_PARKED_ACTIONS_KEY = 'create index parked_actions_key on minos.parked_actions (consumer, channel, key, id)';

export const CREATE_CHECK_PARKED = `
create function minos.check_parked(
  locked bigint, units int[], ordinals int[], kinds text[], consumers text[], channels text[], keys text[], places bigint[], partitions int[], offsets bigint[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, case when c.kind = 'messaging.park' then 'parked' else 'gone' end, null))
      from unnest(units, ordinals, kinds, consumers, channels, keys, places, partitions, offsets)
        as c(unit, ordinal, kind, consumer, channel, key, place, partition, at)
     where c.kind <> 'messaging.end-parked-action'
       and (c.kind = 'messaging.park') = case when c.kind = 'messaging.park'
         then exists (select 1 from minos.parked_messages as m
           where m.consumer = c.consumer and m.channel = c.channel and m.partition = c.partition and m.message_offset = c.at)
         else exists (select 1 from minos.parked_messages as m
           where m.consumer = c.consumer and m.channel = c.channel and m.key = c.key and m.place = c.place) end);
end $$`;

/** One change of a parked key; \`said\` has what the columns do not. Returns whether messages of the key are left, where one was taken out. */
export const CREATE_WRITE_ONE_PARKED = `
create function minos.write_one_parked(
  kind text, of_tenant text, of_consumer text, of_channel text, of_key text, of_hash int, of_place bigint, given_headers json, given_body bytea, said json
) returns boolean language plpgsql volatile as $$
declare
  again timestamptz := clock_timestamp() + (said ->> 'retryAfterMs')::float8 * interval '1 millisecond';
  cause json := said -> 'cause';
  remaining int;
begin
  case kind
  when 'messaging.park' then
    insert into minos.parked_keys as k (tenant, consumer, channel, key, key_hash, partition, messages, next_retry)
      values (of_tenant, of_consumer, of_channel, of_key, of_hash, (said ->> 'partition')::int, 1, again)
      on conflict on constraint parked_keys_pkey do update set messages = k.messages + 1;
    insert into minos.parked_messages (tenant, consumer, channel, key, key_hash, message_id, type, partition, message_offset, appended_at,
        headers, body, cause_code, cause_message, cause_stack, attempts, code_version)
      values (of_tenant, of_consumer, of_channel, of_key, of_hash, said ->> 'messageId', said ->> 'type', (said ->> 'partition')::int,
        (said ->> 'offset')::bigint, (said ->> 'appendedAt')::bigint, given_headers, given_body,
        cause ->> 'code', cause ->> 'message', cause ->> 'stack', (said ->> 'attempts')::int, said ->> 'codeVersion');
  when 'messaging.unpark' then
    with gone as (delete from minos.parked_messages as m
        where m.consumer = of_consumer and m.channel = of_channel and m.key = of_key and m.place = of_place returning m.headers, m.body)
      update minos.parked_actions as a set before_headers = gone.headers, before_body = gone.body
        from gone where a.id = (said ->> 'action')::bigint;
    update minos.parked_keys as k set messages = k.messages - 1
      where k.consumer = of_consumer and k.channel = of_channel and k.key = of_key returning k.messages into remaining;
    if remaining > 0 then
      return true;
    end if;
    delete from minos.parked_keys as k where k.consumer = of_consumer and k.channel = of_channel and k.key = of_key;
    update minos.parked_actions as a set outcome = 'done', ended_at = clock_timestamp()
      where a.consumer = of_consumer and a.channel = of_channel and a.key = of_key and a.action = 'retry' and a.ended_at is null;
    return false;
  when 'messaging.park-again' then
    update minos.parked_messages as m
      set cause_code = cause ->> 'code', cause_message = cause ->> 'message', cause_stack = cause ->> 'stack',
          attempts = (said ->> 'attempts')::int, code_version = said ->> 'codeVersion'
      where m.consumer = of_consumer and m.channel = of_channel and m.key = of_key and m.place = of_place;
    update minos.parked_keys as k set next_retry = again where k.consumer = of_consumer and k.channel = of_channel and k.key = of_key;
    update minos.parked_actions as a set outcome = 'failed', detail = cause ->> 'message', ended_at = clock_timestamp()
      where a.consumer = of_consumer and a.channel = of_channel and a.key = of_key and a.action = 'retry' and a.ended_at is null;
  when 'messaging.edit-parked' then
    update minos.parked_actions as a set before_headers = m.headers, before_body = m.body
      from minos.parked_messages as m
      where a.id = (said ->> 'action')::bigint and a.ended_at is null
        and m.consumer = of_consumer and m.channel = of_channel and m.key = of_key and m.place = of_place;
    update minos.parked_messages as m set headers = coalesce(given_headers, m.headers), body = coalesce(given_body, m.body)
      where m.consumer = of_consumer and m.channel = of_channel and m.key = of_key and m.place = of_place;
  when 'messaging.end-parked-action' then
    update minos.parked_actions as a set outcome = said ->> 'outcome', detail = said ->> 'detail', ended_at = clock_timestamp()
      where a.id = any (array(select value::bigint from json_array_elements_text(said -> 'actions'))) and a.ended_at is null;
  end case;
  return null;
end $$`;

/** The changes come in the order of their units; parking is no hot path, so they are written one by one. */
export const CREATE_WRITE_PARKED = `
create function minos.write_parked(
  failed int[], units int[], ordinals int[], kinds text[], tenants text[], consumers text[], channels text[], keys text[], hashes int[],
  places bigint[], headers text[], bodies text[], said text[]
) returns jsonb language plpgsql volatile as $$
declare
  results jsonb := '[]';
  some_left boolean;
begin
  for i in 1 .. coalesce(array_length(units, 1), 0) loop
    continue when units[i] = any (failed);
    some_left := minos.write_one_parked(kinds[i], tenants[i], consumers[i], channels[i], keys[i], hashes[i], places[i],
      headers[i]::json, decode(bodies[i], 'base64'), said[i]::json);
    if some_left is not null then
      results := results || jsonb_build_array(jsonb_build_array(units[i], ordinals[i], jsonb_build_object('left', some_left)));
    end if;
  end loop;
  return results;
end $$`;
