import { keyHash } from '@minos/common';
import type { ChangeWriter, PlacedChange, Refusal, RefusedChange, SqlExecutor, Verdict, WritePlan } from '@minos/postgres';
import { SAVE_CHECKPOINT, type SaveCheckpoint } from '../../contracts/checkpoint-store.js';
import type { FeedPosition } from '../../contracts/event-store.js';
import { CheckpointMovedError } from '../../stream/checkpoint.errors.js';
import { READ_CHECKPOINT } from './checkpoint.sql.js';

type Placed = PlacedChange<SaveCheckpoint>;

const BYTES = 100;

/** Moves checkpoints, each only from where its change believes it to be. */
export class CheckpointWriter implements ChangeWriter<SaveCheckpoint> {
  readonly kinds = [SAVE_CHECKPOINT] as const;
  readonly order = 400;

  lockKeys(change: SaveCheckpoint, tenant: string): readonly string[] {
    return [`checkpoint:${tenant}:${change.subscription}`];
  }

  size(change: SaveCheckpoint): number {
    return BYTES + change.subscription.length;
  }

  plan(changes: readonly Placed[]): WritePlan {
    const { first, written, refused } = sort(changes);
    return {
      check: {
        name: 'minos.check_checkpoints',
        values: [...placeColumns(first), ...nameColumns(first), column('bigint', first, ({ change }) => change.from ?? null)],
      },
      write: {
        name: 'minos.write_checkpoints',
        values: [
          ...placeColumns(written),
          ...nameColumns(written),
          column('bigint', written, ({ change }) => change.to),
          column('int', written, ({ change }) => keyHash(change.subscription)),
        ],
      },
      refused,
    };
  }

  async judge(change: SaveCheckpoint, refusal: Refusal): Promise<Verdict | undefined> {
    if ('databaseError' in refusal) return undefined;
    const found = (refusal.detail as { found?: FeedPosition | null } | null)?.found ?? undefined;
    return { error: new CheckpointMovedError(change.subscription, change.from, found) };
  }

  /** Stored if it stands at the target: nobody else moves it there from the same place, and a later move means that this one took place. */
  async find(change: SaveCheckpoint, tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined> {
    const { rows } = await sql.query<{ position: FeedPosition }>(READ_CHECKPOINT, [tenant, change.subscription]);
    const found = rows[0]?.position;
    if (found === change.to) return { result: change.to };
    return found === change.from ? undefined : 'unknowable';
  }
}

/** The first change of a checkpoint is checked in the database, a later one against the one before it. */
function sort(changes: readonly Placed[]): { first: Placed[]; written: Placed[]; refused: RefusedChange[] } {
  const first: Placed[] = [];
  const written: Placed[] = [];
  const refused: RefusedChange[] = [];
  const reached = new Map<string, FeedPosition>();
  for (const placed of changes) {
    const { change, tenant, unit, ordinal } = placed;
    const key = `${tenant}:${change.subscription}`;
    const found = reached.get(key);
    if (found !== undefined && found !== change.from) {
      refused.push({ unit, ordinal, reason: 'moved', detail: { found } });
      continue;
    }
    if (found === undefined) first.push(placed);
    reached.set(key, change.to);
    written.push(placed);
  }
  return { first, written, refused };
}

function placeColumns(changes: readonly Placed[]): { type: string; value: unknown }[] {
  return [column('int', changes, ({ unit }) => unit), column('int', changes, ({ ordinal }) => ordinal)];
}

function nameColumns(changes: readonly Placed[]): { type: string; value: unknown }[] {
  return [column('text', changes, ({ tenant }) => tenant), column('text', changes, ({ change }) => change.subscription)];
}

function column(type: string, changes: readonly Placed[], value: (placed: Placed) => unknown): { type: string; value: unknown } {
  return { type: `${type}[]`, value: changes.map(value) };
}
