import { byIndex, timeOf } from './saga-parts.sql.js';

/** What an instance is not as its change needs it: the writer asks for the first change of each in a batch, and knows of the others itself. */
export const CREATE_CHECK_SAGAS = `
create function minos.check_sagas(locked bigint, units int[], ordinals int[], ids uuid[], befores int[], tenants text[], names text[], keys text[])
returns jsonb language plpgsql volatile ${byIndex} as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(c.unit, c.ordinal, 'changed', null))
      from unnest(units, ordinals, ids, befores, tenants, names, keys) as c (unit, ordinal, id, before, tenant, name, key)
      left join minos.sagas as s on s.id = c.id
     where coalesce(s.revision, 0) <> c.before
        or (c.before = 0 and c.key is not null
            and exists (select from minos.sagas as o where o.key = c.key and o.name = c.name and o.tenant = c.tenant)));
end $$`;

/**
 * A round has each instance and each business key once: what is done to one several times is done in its order. In a round the rows of instances come first, then the mail that was
 * read, then mail that comes: who holds the row of an instance waits for nobody who wants it, such as the purge. Mail that a change has not read keeps its instance due.
 *
 * Returns the places of the changes that \`lenient\` allows not to be written. Any other that finds no row stops the batch: it was changed in spite of its lock.
 */
export const CREATE_WRITE_SAGAS = `
create function minos.write_sagas(
  failed int[], last_round int,
  units int[], rounds int[], makes boolean[], lenients boolean[], ids uuid[], tenants text[], names text[], versions int[], hashes text[], keys text[], key_hashes int[],
  revisions int[], statuses text[], ends boolean[], wakes float8[], datas json,
  entry_places int[], entry_numbers int[], entry_kinds text[], entry_steps text[], entry_datas json,
  read_units int[], read_rounds int[], read_sagas uuid[], read_ids uuid[],
  mail_units int[], mail_rounds int[], mail_sagas uuid[], mail_ids uuid[], mail_hashes int[], mail_bodies json
) returns jsonb language plpgsql volatile ${byIndex} as $$
declare
  started timestamptz := date_trunc('milliseconds', clock_timestamp());
  written int[] := '{}';
  added int[];
  unwritten int[] := '{}';
begin
  for turn in 0 .. last_round loop
    if true = any (makes) then
      with made as (
        insert into minos.sagas (id, tenant, name, version, hash, key, key_hash, revision, status, data, wake_at, started_at, changed_at, ended_at)
        select f.id, f.tenant, f.name, f.version, f.hash, f.key, f.key_hash, f.revision, f.status, f.data,
               case when f.lenient and f.wake is not null then least(started, ${timeOf('f.wake')}) else ${timeOf('f.wake')} end, started, started, case when f.ended then started end
          from rows from (unnest(units, rounds, makes, lenients, ids, tenants, names, versions, hashes, keys, key_hashes, revisions, statuses, ends, wakes), json_array_elements(datas))
            as f (unit, round, made, lenient, id, tenant, name, version, hash, key, key_hash, revision, status, ended, wake, data)
         where f.made and f.round = turn and not f.unit = any (failed)
        on conflict do nothing returning id)
      select array_agg(f.place::int) into added
        from unnest(ids, rounds, makes) with ordinality as f (id, round, made, place) join made on made.id = f.id where f.made and f.round = turn;
      written := written || added;
    end if;
    if false = any (makes) then
      with changed as (
        update minos.sagas as s set
          revision = f.revision, status = f.status, data = f.data, changed_at = started, ended_at = case when f.ended then coalesce(s.ended_at, started) end,
          wake_at = case when exists (
              select from minos.saga_mail as m where m.saga_id = s.id and not exists (
                select from unnest(read_units, read_rounds, read_ids) as r (unit, round, id) where r.id = m.id and r.round <= turn and not r.unit = any (failed)))
            then least(started, ${timeOf('f.wake')}) else ${timeOf('f.wake')} end
          from rows from (unnest(units, rounds, makes, ids, revisions, statuses, ends, wakes), json_array_elements(datas))
            with ordinality as f (unit, round, made, id, revision, status, ended, wake, data, place)
         where s.id = f.id and s.revision = f.revision - 1 and not f.made and f.round = turn and not f.unit = any (failed)
        returning f.place::int)
      select array_agg(c.place) into added from changed as c;
      written := written || added;
    end if;
    if cardinality(read_ids) > 0 then
      delete from minos.saga_mail as m using unnest(read_units, read_rounds, read_sagas, read_ids) as r (unit, round, saga, id)
       where m.id = r.id and m.saga_id = r.saga and r.round = turn and not r.unit = any (failed);
    end if;
    if cardinality(mail_ids) > 0 then
      with mails as materialized (
        select f.* from rows from (unnest(mail_units, mail_rounds, mail_sagas, mail_ids, mail_hashes), json_array_elements(mail_bodies))
          as f (unit, round, saga, id, hash, body)
         where f.round = turn and not f.unit = any (failed) and not exists (select from minos.saga_mail as m where m.id = f.id)
      ), woken as (
        update minos.sagas as s set wake_at = least(s.wake_at, started) from mails where s.id = mails.saga returning s.id, s.tenant
      )
      insert into minos.saga_mail (id, saga_id, tenant, key_hash, body)
        select mails.id, woken.id, woken.tenant, mails.hash, mails.body from mails join woken on woken.id = mails.saga
        on conflict do nothing;
    end if;
  end loop;
  if cardinality(written) < cardinality(units) then
    unwritten := array(
      select f.place::int from unnest(units) with ordinality as f (unit, place) where f.unit = any (failed) or not f.place = any (written));
    if exists (select from unnest(units, lenients) with ordinality as f (unit, lenient, place)
                where f.place = any (unwritten) and not f.lenient and not f.unit = any (failed)) then
      raise exception 'a saga was changed in spite of its lock' using errcode = 'MS001';
    end if;
  end if;
  if cardinality(entry_places) > 0 then
    insert into minos.saga_journal (saga_id, number, tenant, kind, step, data, at)
      select ids[e.place], e.number, tenants[e.place], e.kind, nullif(e.step, ''), nullif(e.data::text, 'null')::json, started
        from rows from (unnest(entry_places, entry_numbers, entry_kinds, entry_steps), json_array_elements(entry_datas)) as e (place, number, kind, step, data)
       where not e.place = any (unwritten);
  end if;
  return to_jsonb(unwritten);
end $$`;

/** Whether a change is stored, by its whole content; a later one may have come behind it, but its journal stays. */
export const FIND_SAVED_SAGA = {
  name: 'minos_find_saved_saga',
  text: `
select s.revision, s.data::text = $2 as same,
       (select count(*)::int from unnest($3::int[], $4::text[], $5::text[], $6::text[]) as e (number, kind, step, data)
          join minos.saga_journal as j on j.saga_id = s.id and j.number = e.number
           and j.kind = e.kind and j.step is not distinct from e.step and j.data::text is not distinct from e.data) as entries
  from minos.sagas as s where s.id = $1`,
};

export const FIND_SAGA_MAIL = { name: 'minos_find_saga_mail', text: 'select 1 from minos.saga_mail where id = $1' };
