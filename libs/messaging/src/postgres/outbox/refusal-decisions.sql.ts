/** What operators decided about refused keys, kept for audit with what was discarded. */
export const CREATE_REFUSAL_DECISIONS = `
create table minos.refusal_decisions (
  id bigint generated always as identity primary key,
  tenant text not null default '',
  channel text collate "C" not null,
  key text collate "C" not null,
  key_hash int not null,
  refusal text not null,
  oldest text not null,
  decided_by text not null,
  reason text,
  decided_at timestamptz not null default clock_timestamp(),
  message_id uuid,
  headers json,
  body text
)`;

/** The row is deleted together with its refusal, or not at all; the decision is kept with both. */
export const RELEASE_OUTBOX_KEY = {
  name: 'minos_release_outbox_key',
  text: `
with released as (
  delete from minos.refused_keys where channel = $1 and key = $2 returning tenant, channel, key, key_hash, reason
), discarded as (
  delete from minos.outbox as o using released as r
   where $4::text = 'discard' and o.slot = $3::int
     and o.id = (select f.id from minos.outbox as f where f.slot = $3::int and f.channel = r.channel and f.key = r.key order by f.id limit 1)
  returning o.message_id, o.headers, o.body
), decided as (
  insert into minos.refusal_decisions (tenant, channel, key, key_hash, refusal, oldest, decided_by, reason, message_id, headers, body)
  select r.tenant, r.channel, r.key, r.key_hash, r.reason, $4::text, $5, $6, d.message_id, d.headers, d.body from released as r left join discarded as d on true
)
select 1 as found from released`,
};

export const READ_REFUSAL_DECISIONS = {
  name: 'minos_read_refusal_decisions',
  text: `select id, channel, key, refusal, oldest, decided_by, reason, extract(epoch from decided_at)::float8 * 1000 as decided_at, message_id, headers, body
         from minos.refusal_decisions order by id desc limit $1`,
};
