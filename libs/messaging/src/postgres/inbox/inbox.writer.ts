import type { ChangeWriter, PlacedChange, RefusedChange, Refusal, SqlExecutor, Verdict, WritePlan } from '@minos/postgres';
import { plainArray, textArray } from '@minos/postgres';
import { INBOX_MARK, INBOX_REPLY, type InboxMark, type InboxReply, type KeptReply } from '../../contracts/inbox-store.js';
import { MessageAlreadyHandledError } from '../../errors/inbox.errors.js';
import { FIND_MARK } from './inbox.sql.js';

type Written = InboxMark | InboxReply;
type Placed<C extends Written = Written> = PlacedChange<C>;

interface Row {
  readonly placed: Placed<InboxMark>;
  reply: KeptReply | undefined;
}

const BYTES = 160;
const UNIQUE_VIOLATION = '23505';

/** Marks messages as handled. The primary key is the check; the lock key lets a repetition wait for the first one instead of failing its batch. */
export class InboxWriter implements ChangeWriter<Written> {
  readonly kinds = [INBOX_MARK, INBOX_REPLY] as const;
  readonly order = 200;

  lockKeys({ consumer, messageId }: Written): readonly string[] {
    return [`inbox:${consumer}:${messageId}`];
  }

  size({ reply }: Written): number {
    return BYTES + (reply === undefined ? 0 : JSON.stringify(reply).length);
  }

  plan(changes: readonly Placed[]): WritePlan {
    const { rows, late, refused } = sort(changes);
    const marks = rows.map(({ placed }) => placed);
    return { check: checkOf(marks), write: writeOf(rows, late), refused };
  }

  async judge({ consumer, messageId, kind }: Written, refusal: Refusal): Promise<Verdict | undefined> {
    if ('databaseError' in refusal) {
      const { code, constraint } = refusal.databaseError;
      if (kind !== INBOX_MARK || code !== UNIQUE_VIOLATION || constraint !== 'inbox_pkey') return undefined;
    }
    return { error: new MessageAlreadyHandledError(consumer, messageId) };
  }

  /** Whose unit made the mark does not matter: the message is handled. */
  async find(change: Written, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined> {
    if (change.kind === INBOX_REPLY) return 'unknowable';
    const { rows } = await sql.query(FIND_MARK, [change.consumer, change.messageId]);
    return rows.length > 0 ? { result: undefined } : undefined;
  }
}

/** The second mark of one message in a batch is refused here: the first is not in the table yet. */
function sort(changes: readonly Placed[]): { rows: Row[]; late: Placed<InboxReply>[]; refused: RefusedChange[] } {
  const rows = new Map<string, Row>();
  const late: Placed<InboxReply>[] = [];
  const refused: RefusedChange[] = [];
  for (const placed of changes) {
    const { change, unit, ordinal } = placed;
    const key = JSON.stringify([change.consumer, change.messageId]);
    const row = rows.get(key);
    if (change.kind === INBOX_MARK) {
      if (row === undefined) rows.set(key, { placed: placed as Placed<InboxMark>, reply: change.reply });
      else refused.push({ unit, ordinal, reason: 'handled' });
    } else if (row?.placed.unit === unit) row.reply = change.reply;
    else late.push(placed as Placed<InboxReply>);
  }
  return { rows: [...rows.values()], late, refused };
}

function checkOf(marks: readonly Placed<InboxMark>[]): WritePlan['check'] {
  return {
    name: 'minos.check_inbox',
    values: [
      { type: 'int[]', value: plainArray(marks.map(({ unit }) => unit)) },
      { type: 'int[]', value: plainArray(marks.map(({ ordinal }) => ordinal)) },
      ...names(marks),
    ],
  };
}

function writeOf(rows: readonly Row[], late: readonly Placed<InboxReply>[]): WritePlan['write'] {
  const marks = rows.map(({ placed }) => placed);
  return {
    name: 'minos.write_inbox',
    values: [
      { type: 'int[]', value: plainArray(marks.map(({ unit }) => unit)) },
      ...names(marks),
      { type: 'text[]', value: textArray(marks.map(({ tenant }) => tenant)) },
      { type: 'text[]', value: textArray(marks.map(({ change }) => change.source)) },
      { type: 'text[]', value: rows.map(({ reply }) => (reply === undefined ? null : JSON.stringify(reply))) },
      { type: 'int[]', value: plainArray(late.map(({ unit }) => unit)) },
      ...names(late),
      { type: 'text[]', value: late.map(({ change }) => JSON.stringify(change.reply)) },
    ],
  };
}

function names(changes: readonly Placed[]): { type: string; value: unknown }[] {
  return [
    { type: 'text[]', value: textArray(changes.map(({ change }) => change.consumer)) },
    { type: 'text[]', value: textArray(changes.map(({ change }) => change.messageId)) },
  ];
}
