import { SystemClock, UnitOfWorkEngine, uuidv7, type Change } from '@minos/common';
import type { ChangeWriter, PlacedChange, WritePlan } from '../../contracts/change-writer.js';
import type { Database } from '../../database/database.js';
import { migrate } from '../../migrations/migrate.js';
import { MIGRATIONS } from '../../migrations/postgres.migrations.js';
import { GroupCommitter } from '../group-committer.js';
import type { GroupCommitterOptions } from '../group-committer-options.js';
import { ChangeWriterRegistry } from '../writer-registry.js';

/** A change for tests: one row in `enlisted`. */
export interface NoteChange extends Change {
  readonly kind: 'test.note';
  readonly text: string;
}

export const note = (text: string): NoteChange => ({ kind: 'test.note', text });

const CREATE_ENLISTED = `create table if not exists enlisted (text text primary key)`;

const CREATE_WRITE_NOTES = `
create or replace function write_notes(failed int[], units int[], ordinals int[], texts text[])
returns jsonb language plpgsql volatile as $$
begin
  insert into enlisted select n.text from unnest(units, texts) as n (unit, text) where not n.unit = any (failed);
  return null;
end $$`;

class NoteWriter implements ChangeWriter<NoteChange> {
  readonly kinds = ['test.note'] as const;
  readonly order = 700;

  lockKeys(change: NoteChange): readonly string[] {
    return [`note:${change.text}`];
  }

  size(change: NoteChange): number {
    return change.text.length;
  }

  plan(changes: readonly PlacedChange<NoteChange>[]): WritePlan {
    const column = (type: string, of: (placed: PlacedChange<NoteChange>) => unknown) => ({ type, value: changes.map(of) });
    const values = [
      column('int[]', ({ unit }) => unit),
      column('int[]', ({ ordinal }) => ordinal),
      column('text[]', ({ change }) => change.text),
    ];
    return { write: { name: 'write_notes', values } };
  }

  judge(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async find(change: NoteChange, _tenant: string, sql: Database): Promise<{ result: unknown } | undefined> {
    const { rowCount } = await sql.query('select 1 from enlisted where text = $1', [change.text]);
    return rowCount === 0 ? undefined : { result: undefined };
  }
}

/** A unit of work on `database`, whose only change is a {@link note}. */
export async function testingUnits(database: Database, options: Partial<GroupCommitterOptions> = {}) {
  await migrate(database, [MIGRATIONS]);
  await database.query(CREATE_ENLISTED);
  await database.query(CREATE_WRITE_NOTES);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([new NoteWriter()]);
  const committer = new GroupCommitter({ database, writers, clock, ...options });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  return { committer, unitOfWork };
}
