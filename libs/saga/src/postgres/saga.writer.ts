import { ConcurrencyConflictError } from '@minos/common';
import type { ChangeWriter, PlacedChange, Refusal, SqlExecutor, Verdict, WritePlan, WriteResult } from '@minos/postgres';
import type { SagaInstance } from '../contracts/saga-instance.js';
import { MAIL_SAGA, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import { businessKey, type SagaBatch, type SagaChange, sortBatch } from './saga-batch.js';
import { checkColumns, entryColumns, foundColumns, mailColumns, readColumns, saveColumns } from './saga-columns.js';
import { FIND_SAGAS_BY_KEY } from './saga-reads.sql.js';
import { FIND_SAGA_MAIL, FIND_SAVED_SAGA } from './saga-write.sql.js';

type Found = { readonly result: unknown } | 'unknowable' | undefined;

/** Bytes that a change takes beside its instance, about. */
const SAVE_BYTES = 400;
const ENTRY_BYTES = 200;
const MAIL_BYTES = 300;
const UNIQUE_VIOLATION = '23505';
const CHANGED_IN_SPITE_OF_LOCK = 'MS001';
const UNIQUE = new Set(['sagas_pkey', 'sagas_key']);

/** Stores instances, their journals and their mail. The lock of the instance puts saves and mail in order, so that mail which a save has not seen keeps its instance due. */
export class SagaWriter implements ChangeWriter<SagaChange> {
  readonly kinds = [SAVE_SAGA, MAIL_SAGA] as const;
  readonly order = 350;
  private readonly texts = new WeakMap<SagaInstance, string>();

  lockKeys(change: SagaChange): readonly string[] {
    if (change.kind === MAIL_SAGA) return [`saga:${change.sagaId}`];
    const { instance } = change;
    const key = instance.revision === 1 ? businessKey(instance) : undefined;
    return key === undefined ? [`saga:${instance.id}`] : [`saga:${instance.id}`, `saga-key:${key}`];
  }

  size(change: SagaChange): number {
    if (change.kind === MAIL_SAGA) return MAIL_BYTES + JSON.stringify(change.body).length;
    return SAVE_BYTES + this.textOf(change.instance).length + change.journal.length * ENTRY_BYTES;
  }

  plan(changes: readonly PlacedChange<SagaChange>[]): WritePlan {
    const batch = sortBatch(changes);
    const { saves, mails, checked, refused } = batch;
    const last = Math.max(...[...saves, ...mails].map(({ round }) => round));
    const values = [
      { type: 'int', value: last },
      ...saveColumns(saves, (instance) => this.textOf(instance)),
      ...entryColumns(saves),
      ...readColumns(saves),
      ...mailColumns(mails),
    ];
    return {
      check: { name: 'minos.check_sagas', values: checkColumns(checked) },
      write: { name: 'minos.write_sagas', values, results: (answer, failed) => resultsOf(batch, answer, failed) },
      refused,
    };
  }

  async judge(change: SagaChange, refusal: Refusal): Promise<Verdict | undefined> {
    if (change.kind === MAIL_SAGA) return undefined;
    if ('databaseError' in refusal) {
      const { code, constraint = '' } = refusal.databaseError;
      if (code !== CHANGED_IN_SPITE_OF_LOCK && !(code === UNIQUE_VIOLATION && UNIQUE.has(constraint))) return undefined;
    }
    const { name, id, revision } = change.instance;
    const what = revision === 1 ? 'is there already, or another one with its key' : 'was changed meanwhile';
    return { error: new ConcurrencyConflictError(`The saga ${name} ${id} ${what}.`) };
  }

  async find(change: SagaChange, _tenant: string, sql: SqlExecutor): Promise<Found> {
    if (change.kind === SAVE_SAGA) return this.findSaved(change, sql);
    const { rowCount } = await sql.query(FIND_SAGA_MAIL, [change.id]);
    // It may have been taken in already, or dropped; once more it is late, or dropped again.
    return rowCount === 0 ? 'unknowable' : { result: undefined };
  }

  private async findSaved(change: SaveSaga, sql: SqlExecutor): Promise<Found> {
    const { instance, journal, ifAbsent } = change;
    const values = [instance.id, this.textOf(instance), ...foundColumns(change)];
    const { rows } = await sql.query<{ revision: number; same: boolean; entries: number }>(FIND_SAVED_SAGA, values);
    const [row] = rows;
    if (row === undefined) return ifAbsent && (await isKeyTaken(instance, sql)) ? 'unknowable' : undefined;
    if (row.revision === instance.revision && row.same) return { result: true };
    // Whoever has made it, with this change there is nothing to do.
    if (ifAbsent) return 'unknowable';
    if (row.revision <= instance.revision || row.entries < journal.length) return undefined;
    return journal.length > 0 ? { result: true } : 'unknowable';
  }

  private textOf(instance: SagaInstance): string {
    const known = this.texts.get(instance);
    if (known !== undefined) return known;
    const text = JSON.stringify(instance);
    this.texts.set(instance, text);
    return text;
  }
}

async function isKeyTaken({ name, key, origin }: SagaInstance, sql: SqlExecutor): Promise<boolean> {
  if (key === undefined) return false;
  return (await sql.query(FIND_SAGAS_BY_KEY, [[name], [origin.tenant], [key]])).rowCount !== 0;
}

/** `answer` holds the places of the saves that were not written, from 1. */
function* resultsOf({ saves, mails }: SagaBatch, answer: unknown, failed: ReadonlySet<number>): Generator<WriteResult> {
  const unwritten = new Set(answer as readonly number[]);
  for (const [index, { unit, ordinal }] of saves.entries()) if (!failed.has(unit)) yield [unit, ordinal, !unwritten.has(index + 1)];
  for (const { unit, ordinal } of mails) if (!failed.has(unit)) yield [unit, ordinal, undefined];
}
