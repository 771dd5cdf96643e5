import { type ChangeWriter, type PlacedChange, plainArray, textArray, type Verdict, type WritePlan } from '@minos/postgres';
import { type RowChange, WRITE_VIEW, type WriteView } from '../contracts/view-store.js';

const BYTES = 60;

/** Writes rows of views. Units that write one table commit one after the other: a table belongs to one projection, which has one runner. */
export class ViewWriter implements ChangeWriter<WriteView> {
  readonly kinds = [WRITE_VIEW] as const;
  readonly order = 350;

  lockKeys({ table }: WriteView): readonly string[] {
    return [`view:${table}`];
  }

  size({ rows }: WriteView): number {
    return rows.reduce((bytes, row) => bytes + BYTES + row.key.length + textOf(row).length, 0);
  }

  plan(changes: readonly PlacedChange<WriteView>[]): WritePlan {
    const rows = changes.flatMap(({ unit, change: { table, rows } }) => rows.map((row) => ({ unit, table, row })));
    return {
      write: {
        name: 'minos.write_views',
        values: [
          { type: 'int[]', value: plainArray(rows.map(({ unit }) => unit)) },
          { type: 'text[]', value: textArray(rows.map(({ table }) => table)) },
          { type: 'text[]', value: textArray(rows.map(({ row }) => row.tenant)) },
          { type: 'text[]', value: textArray(rows.map(({ row }) => row.key)) },
          { type: 'text[]', value: textArray(rows.map(({ row }) => opOf(row))) },
          { type: 'text[]', value: textArray(rows.map(({ row }) => textOf(row))) },
        ],
      },
    };
  }

  /** Nothing is checked: what the database refuses, it refuses for reasons of its own. */
  async judge(): Promise<Verdict | undefined> {
    return undefined;
  }

  /** Rows do not tell which unit wrote them. */
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

function opOf(row: RowChange): 'put' | 'patch' | 'remove' {
  if ('put' in row) return 'put';
  return 'patch' in row ? 'patch' : 'remove';
}

function textOf(row: RowChange): string {
  if ('put' in row) return JSON.stringify(row.put);
  return 'patch' in row ? JSON.stringify(row.patch) : '{}';
}
