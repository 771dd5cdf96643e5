import { msOf } from './saga-parts.sql.js';

const TIMES = `${msOf('s.started_at')} as started_ms, ${msOf('s.changed_at')} as changed_ms, ${msOf('s.ended_at')} as ended_ms`;

/** One statement, so that instance and mail are of one moment. */
export const LOAD_SAGAS = {
  name: 'minos_load_sagas',
  text: `
select s.id, s.data,
       (select json_agg(json_build_object('id', m.id, 'body', m.body) order by m.seq) from minos.saga_mail as m where m.saga_id = s.id) as mail
  from minos.sagas as s where s.id = any ($1::uuid[])`,
};

export const FIND_SAGAS_BY_KEY = {
  name: 'minos_find_sagas_by_key',
  text: `
select f.place::int, s.id from unnest($1::text[], $2::text[], $3::text[]) with ordinality as f (name, tenant, key, place)
  join minos.sagas as s on s.key = f.key and s.name = f.name and s.tenant = f.tenant`,
};

export const READ_SAGA_SUMMARY = { name: 'minos_read_saga_summary', text: `select s.data, ${TIMES} from minos.sagas as s where s.id = $1` };

/** \`$9\` is true where only those are asked for that have not ended, of which there are few. */
export const LIST_SAGAS = {
  name: 'minos_list_sagas',
  text: `
select s.data, ${TIMES} from minos.sagas as s
 where ($1::text is null or s.name = $1) and ($2::text is null or s.status = $2) and ($3::text is null or s.key = $3) and ($4::text is null or s.tenant = $4)
   and ($5::float8 is null or s.started_at < clock_timestamp() - $5 * interval '1 millisecond')
   and ($6::float8 is null or (s.started_at, s.id) < (timestamptz 'epoch' + $6 * interval '1 millisecond', $7::uuid))
   and (not $9::boolean or s.ended_at is null)
 order by s.started_at desc, s.id desc limit $8::int`,
};

export const READ_SAGA_JOURNAL = {
  name: 'minos_read_saga_journal',
  text: `select j.number, j.kind, j.step, j.data, ${msOf('j.at')} as at_ms from minos.saga_journal as j where j.saga_id = $1 and j.number > $2::int order by j.number limit $3::int`,
};
