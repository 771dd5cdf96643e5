import { plainArray, textArray } from '@minos/postgres';
import type { ChangeWriter, PlacedChange, SqlExecutor, WritePlan, WriteResult } from '@minos/postgres';
import { OUTBOX_ADD, type OutboxAdd } from '../../contracts/outgoing-message.js';
import { CANCEL_SCHEDULE, SCHEDULE_MESSAGE, type CancelSchedule, type ScheduleMessage } from '../../contracts/schedule-store.js';
import { outboxColumns } from '../outbox/outbox-rows.js';
import { FIND_SCHEDULE } from './schedule.sql.js';

type Written = ScheduleMessage | CancelSchedule;

/** A change with its turn among those of its id in the batch. */
interface Turn<C extends Written = Written> extends PlacedChange<C> {
  readonly round: number;
}

/** Bytes that a pending message takes beside its body, about. */
const OVERHEAD = 700;
const CANCEL_BYTES = 60;

/** Keeps messages in `minos.schedules` until they are due, and takes cancelled ones away. Refuses none. */
export class ScheduleWriter implements ChangeWriter<Written> {
  readonly kinds = [SCHEDULE_MESSAGE, CANCEL_SCHEDULE] as const;
  readonly order = 310;

  /** Not the lock of the key: ids of the outbox are drawn when the message is due. */
  lockKeys({ messageId }: Written): readonly string[] {
    return [`schedule:${messageId}`];
  }

  size(change: Written): number {
    return change.kind === CANCEL_SCHEDULE ? CANCEL_BYTES : OVERHEAD + change.body.length;
  }

  plan(changes: readonly PlacedChange<Written>[]): WritePlan {
    const turns = inRounds(changes);
    const cancels = turns.filter((turn): turn is Turn<CancelSchedule> => turn.change.kind === CANCEL_SCHEDULE);
    const messages = turns.filter((turn): turn is Turn<ScheduleMessage> => turn.change.kind === SCHEDULE_MESSAGE);
    const values = [
      { type: 'int', value: Math.max(...turns.map(({ round }) => round)) },
      ...places(cancels),
      { type: 'uuid[]', value: plainArray(cancels.map(({ change }) => change.messageId)) },
      ...rows(messages),
    ];
    return { write: { name: 'minos.write_schedules', values, results: (answer, failed) => resultsOf(changes, answer, failed) } };
  }

  async judge(): Promise<undefined> {
    return undefined;
  }

  /** A message that is not there may have left already: to schedule it again does no harm, it leaves with the same id. */
  async find(change: Written, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined> {
    const { headers, body, due } = change.kind === SCHEDULE_MESSAGE ? change : NO_MESSAGE;
    const { rows: found } = await sql.query<{ same: boolean }>(FIND_SCHEDULE, [
      change.messageId,
      JSON.stringify(headers),
      body,
      'at' in due ? due.at : null,
    ]);
    if (found[0] === undefined) return 'unknowable';
    return change.kind === SCHEDULE_MESSAGE && found[0].same ? { result: change.messageId } : undefined;
  }
}

const NO_MESSAGE = { headers: {}, body: '', due: { after: 0 } } as const;

function inRounds(changes: readonly PlacedChange<Written>[]): Turn[] {
  const rounds = new Map<string, number>();
  return changes.map((placed) => {
    const round = rounds.get(placed.change.messageId) ?? 0;
    rounds.set(placed.change.messageId, round + 1);
    return { ...placed, round };
  });
}

function places(turns: readonly Turn[]): { type: string; value: unknown }[] {
  return [
    { type: 'int[]', value: plainArray(turns.map(({ unit }) => unit)) },
    { type: 'int[]', value: plainArray(turns.map(({ ordinal }) => ordinal)) },
    { type: 'int[]', value: plainArray(turns.map(({ round }) => round)) },
  ];
}

function rows(turns: readonly Turn<ScheduleMessage>[]): { type: string; value: unknown }[] {
  const dues = turns.map(({ change }) => change.due);
  return [
    { type: 'int[]', value: plainArray(turns.map(({ unit }) => unit)) },
    { type: 'int[]', value: plainArray(turns.map(({ round }) => round)) },
    { type: 'text[]', value: textArray(turns.map(({ change }) => change.type)) },
    { type: 'float8[]', value: plainArray(dues.map((due) => ('at' in due ? due.at : null))) },
    { type: 'float8[]', value: plainArray(dues.map((due) => ('after' in due ? due.after : null))) },
    ...outboxColumns(turns.map(({ change }): OutboxAdd => ({ ...change, kind: OUTBOX_ADD }))),
  ];
}

/** `answer` holds the places of the cancels that found their message. */
function* resultsOf(changes: readonly PlacedChange<Written>[], answer: unknown, failed: ReadonlySet<number>): Generator<WriteResult> {
  const found = new Set((answer as readonly (readonly [number, number])[]).map(([unit, ordinal]) => `${unit}/${ordinal}`));
  for (const { unit, ordinal, change } of changes) {
    if (failed.has(unit)) continue;
    yield [unit, ordinal, change.kind === SCHEDULE_MESSAGE ? change.messageId : found.has(`${unit}/${ordinal}`)];
  }
}
