import { Client } from 'pg';

const PAGE = 500;
const READ = {
  name: 'bench_read',
  text: `select position::text, stream, version::int, data::text from minos.events e where position > $1 order by e.position limit ${PAGE}`,
};
const CREATE = `
drop table if exists bare_samples, bare_checkpoint;
create table bare_samples (key text primary key, doc jsonb not null);
create table bare_checkpoint (position bigint not null);
insert into bare_checkpoint values (0)`;
const UPSERT = {
  name: 'bench_upsert',
  text: `insert into bare_samples select * from unnest($1::text[], $2::jsonb[]) on conflict (key) do update set doc = excluded.doc`,
};

/** What a projection costs without any of it: pages of events, the last row of each stream, a checkpoint, in one transaction each. */
export async function bareUpserts(url: string, expected: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(CREATE);
    let after = '0';
    let read = 0;
    for (;;) {
      const { rows } = await client.query<{ position: string; stream: string; version: number; data: string }>({
        ...READ,
        values: [after],
      });
      const last = rows.at(-1);
      if (last === undefined) break;
      const docs = new Map<string, string>();
      for (const { stream, version, data } of rows)
        docs.set(stream, JSON.stringify({ id: stream, version, sample: JSON.parse(data) as object }));
      await client.query('begin');
      await client.query({ ...UPSERT, values: [[...docs.keys()], [...docs.values()]] });
      await client.query('update bare_checkpoint set position = $1', [last.position]);
      await client.query('commit');
      read += rows.length;
      after = last.position;
    }
    if (read !== expected) throw new Error(`the bare loop read ${read} of ${expected} events`);
  } finally {
    await client.end();
  }
}
