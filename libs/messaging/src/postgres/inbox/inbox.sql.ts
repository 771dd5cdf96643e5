export const CREATE_INBOX = `
create table minos.inbox (
  consumer text collate "C" not null,
  message_id text collate "C" not null,
  tenant text not null default '',
  source text not null,
  reply json,
  handled_at timestamptz not null default clock_timestamp(),
  constraint inbox_pkey primary key (consumer, message_id)
)`;

/** Rows come in the order of their age, for which such an index is almost free. */
export const CREATE_INBOX_AGE = `create index inbox_age on minos.inbox using brin (handled_at) with (pages_per_range = 32, autosummarize = on)`;

export const CREATE_CHECK_INBOX = `
create function minos.check_inbox(locked bigint, units int[], ordinals int[], consumers text[], ids text[])
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(m.unit, m.ordinal, 'handled', null))
      from unnest(units, ordinals, consumers, ids) as m(unit, ordinal, consumer, id)
      join minos.inbox as i on i.consumer = m.consumer and i.message_id = m.id);
end $$`;

/** Replies of marks that the same plan writes stand with the mark; the others were flushed before. */
export const CREATE_WRITE_INBOX = `
create function minos.write_inbox(
  failed int[], units int[], consumers text[], ids text[], tenants text[], sources text[], replies text[],
  late_units int[], late_consumers text[], late_ids text[], late_replies text[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  insert into minos.inbox (consumer, message_id, tenant, source, reply)
    select m.consumer, m.id, m.tenant, m.source, m.reply::json
      from unnest(units, consumers, ids, tenants, sources, replies) as m(unit, consumer, id, tenant, source, reply)
     where not m.unit = any (failed);
  if cardinality(late_units) > 0 then
    update minos.inbox as i set reply = m.reply::json
      from unnest(late_units, late_consumers, late_ids, late_replies) as m(unit, consumer, id, reply)
     where i.consumer = m.consumer and i.message_id = m.id and not m.unit = any (failed);
  end if;
  return null;
end $$`;

export const FIND_MARK = {
  name: 'minos_find_mark',
  text: 'select reply from minos.inbox where consumer = $1 and message_id = $2',
};

export const FIND_MARKS = {
  name: 'minos_find_marks',
  text: 'select message_id as id from minos.inbox where consumer = $1 and message_id = any ($2::text[])',
};

export const PURGE_INBOX = {
  name: 'minos_purge_inbox',
  text: `delete from minos.inbox where ctid = any (array(
           select ctid from minos.inbox
            where handled_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
              and handled_at >= coalesce(clock_timestamp() - $4::float8 * interval '1 millisecond', '-infinity')
              and consumer <> all ($3::text[])
            limit $2))`,
};
