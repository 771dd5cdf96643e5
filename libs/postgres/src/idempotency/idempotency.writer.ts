import { isDeepStrictEqual } from 'node:util';
import {
  IDEMPOTENCY_RETENTION_MS,
  IdempotencyKeyTakenError,
  keyHash,
  REMEMBER_ANSWER,
  type RememberAnswer,
  type RememberedAnswer,
} from '@minos/common';
import type { ChangeWriter, PlacedChange, RefusedChange, Refusal, Verdict, WritePlan } from '../contracts/change-writer.js';
import type { SqlExecutor } from '../contracts/executor.js';
import { scopeText, slotOf } from './idempotency-slot.js';
import { FIND_IDEMPOTENCY_KEY } from './idempotency.sql.js';

/** Stores the answers of requests with the unit that did their work. */
export class IdempotencyWriter implements ChangeWriter<RememberAnswer> {
  readonly kinds = [REMEMBER_ANSWER] as const;
  readonly order = 900;

  lockKeys(change: RememberAnswer): readonly string[] {
    return [`idempotency:${slotOf(change.scope)}`];
  }

  size({ answer }: RememberAnswer): number {
    return 300 + JSON.stringify(answer).length;
  }

  plan(changes: readonly PlacedChange<RememberAnswer>[]): WritePlan {
    const slots = new Set<string>();
    const refused: RefusedChange[] = [];
    const rows: Row[] = [];
    for (const placed of changes) {
      const slot = slotOf(placed.change.scope);
      if (slots.has(slot)) refused.push({ unit: placed.unit, ordinal: placed.ordinal, reason: 'key-taken' });
      else rows.push({ placed, slot });
      slots.add(slot);
    }
    return { check: checkOf(rows), write: writeOf(rows), refused };
  }

  async judge(change: RememberAnswer, refusal: Refusal): Promise<Verdict | undefined> {
    return 'databaseError' in refusal ? undefined : { error: new IdempotencyKeyTakenError(change.scope) };
  }

  /** The same answer under the same key is as good as ours, whoever stored it. */
  async find({ scope, answer }: RememberAnswer, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | undefined> {
    const { rows } = await sql.query<RememberedAnswer>(FIND_IDEMPOTENCY_KEY, [slotOf(scope)]);
    const plain = JSON.parse(JSON.stringify(answer)) as RememberedAnswer;
    return isDeepStrictEqual({ ...rows[0] }, { ...plain }) ? { result: undefined } : undefined;
  }
}

interface Row {
  readonly placed: PlacedChange<RememberAnswer>;
  readonly slot: string;
}

function places(rows: readonly Row[]): { type: string; value: unknown }[] {
  return [
    { type: 'int[]', value: rows.map(({ placed }) => placed.unit) },
    { type: 'int[]', value: rows.map(({ placed }) => placed.ordinal) },
    { type: 'text[]', value: rows.map(({ slot }) => slot) },
  ];
}

function checkOf(rows: readonly Row[]): WritePlan['check'] {
  return { name: 'minos.check_idempotency_keys', values: places(rows) };
}

function writeOf(rows: readonly Row[]): WritePlan['write'] {
  const of = (pick: (change: RememberAnswer) => unknown): unknown[] => rows.map(({ placed }) => pick(placed.change));
  return {
    name: 'minos.write_idempotency_keys',
    values: [
      ...places(rows),
      { type: 'text[]', value: rows.map(({ placed }) => placed.tenant) },
      { type: 'int[]', value: of(({ scope }) => keyHash(scope.key)) },
      { type: 'text[]', value: of(({ scope }) => scopeText(scope)) },
      { type: 'text[]', value: of(({ answer }) => answer.fingerprint) },
      { type: 'int[]', value: of(({ answer }) => answer.status) },
      { type: 'text[]', value: of(({ answer }) => JSON.stringify(answer.headers)) },
      { type: 'text[]', value: of(({ answer }) => JSON.stringify(answer.body)) },
      { type: 'float8', value: IDEMPOTENCY_RETENTION_MS },
    ],
  };
}
