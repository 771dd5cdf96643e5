import { keyHash } from '@minos/common';
import {
  plainArray,
  textArray,
  type ChangeWriter,
  type PlacedChange,
  type Refusal,
  type SqlExecutor,
  type Verdict,
  type WritePlan,
} from '@minos/postgres';
import { EDIT_PARKED, END_PARKED_ACTION, PARK_AGAIN, PARK_MESSAGE, UNPARK_MESSAGE } from '../../contracts/parked-store.js';
import type { EditParked, EndParkedAction, ParkAgain, ParkedKeyRef, ParkMessage, UnparkMessage } from '../../contracts/parked-store.js';
import { MessageAlreadyParkedError, ParkedMessageGoneError } from '../../errors/parked.errors.js';
import { FIND_PARKED_OFFSET, FIND_PARKED_PLACE } from './parked-reads.sql.js';
import { storableJson } from './storable-json.js';

type Written = ParkMessage | UnparkMessage | ParkAgain | EditParked | EndParkedAction;
type Placed = PlacedChange<Written>;

const BYTES = 500;
const PARKED = 'parked';

/** Writes parked messages, and what becomes of them. */
export class ParkedWriter implements ChangeWriter<Written> {
  readonly kinds = [PARK_MESSAGE, UNPARK_MESSAGE, PARK_AGAIN, EDIT_PARKED, END_PARKED_ACTION] as const;
  readonly order = 220;

  lockKeys(change: Written): readonly string[] {
    const { consumer, channel, key } = refOf(change);
    return [`parked:${consumer}:${channel}:${key}`];
  }

  size(change: Written): number {
    const content = contentOf(change);
    return BYTES + 2 * (content.body?.byteLength ?? 0) + JSON.stringify(content.headers ?? {}).length;
  }

  plan(changes: readonly Placed[]): WritePlan {
    return {
      check: { name: 'minos.check_parked', values: [...common(changes), ...checked(changes)] },
      write: { name: 'minos.write_parked', values: [...common(changes, true), ...written(changes)] },
    };
  }

  async judge(change: Written, refusal: Refusal): Promise<Verdict | undefined> {
    if ('databaseError' in refusal) return undefined;
    if (refusal.reason === PARKED && change.kind === PARK_MESSAGE) return { error: new MessageAlreadyParkedError(change) };
    return { error: new ParkedMessageGoneError({ ...refOf(change), place: placeOf(change) ?? 0n }) };
  }

  async find(change: Written, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined> {
    if (change.kind === PARK_MESSAGE) {
      const { channel, partition, offset } = change.stored;
      const { rows } = await sql.query(FIND_PARKED_OFFSET, [change.consumer, channel, partition, offset]);
      return rows.length > 0 ? { result: undefined } : undefined;
    }
    if (change.kind !== UNPARK_MESSAGE) return 'unknowable';
    const { consumer, channel, key, place } = change;
    const { rows } = await sql.query<{ mine: number; messages: number }>(FIND_PARKED_PLACE, [consumer, channel, key, place]);
    return rows[0]?.mine === 0 ? { result: { left: rows[0].messages > 0 } } : undefined;
  }
}

function refOf(change: Written): ParkedKeyRef {
  const { consumer } = change;
  const { channel, key } = change.kind === PARK_MESSAGE ? change.stored : change;
  return { consumer, channel, key };
}

function placeOf(change: Written): bigint | undefined {
  return change.kind === PARK_MESSAGE || change.kind === END_PARKED_ACTION ? undefined : change.place;
}

function contentOf(change: Written): Pick<EditParked, 'headers' | 'body'> {
  if (change.kind === PARK_MESSAGE) return change.stored;
  return change.kind === EDIT_PARKED ? change : {};
}

type Columns = { type: string; value: unknown }[];

function common(changes: readonly Placed[], withTenants = false): Columns {
  const refs = changes.map(({ change }) => refOf(change));
  const tenants = { type: 'text[]', value: textArray(changes.map(({ tenant }) => tenant)) };
  return [
    { type: 'int[]', value: plainArray(changes.map(({ unit }) => unit)) },
    { type: 'int[]', value: plainArray(changes.map(({ ordinal }) => ordinal)) },
    { type: 'text[]', value: textArray(changes.map(({ change }) => change.kind)) },
    ...(withTenants ? [tenants] : []),
    { type: 'text[]', value: textArray(refs.map(({ consumer }) => consumer)) },
    { type: 'text[]', value: textArray(refs.map(({ channel }) => channel)) },
    { type: 'text[]', value: textArray(refs.map(({ key }) => key)) },
    ...(withTenants ? [{ type: 'int[]', value: plainArray(refs.map(({ key }) => keyHash(key))) }] : []),
    { type: 'bigint[]', value: plainArray(changes.map(({ change }) => placeOf(change)?.toString() ?? null)) },
  ];
}

function checked(changes: readonly Placed[]): Columns {
  const stored = changes.map(({ change }) => (change.kind === PARK_MESSAGE ? change.stored : undefined));
  return [
    { type: 'int[]', value: plainArray(stored.map((message) => message?.partition ?? null)) },
    { type: 'bigint[]', value: plainArray(stored.map((message) => message?.offset.toString() ?? null)) },
  ];
}

function written(changes: readonly Placed[]): Columns {
  const contents = changes.map(({ change }) => contentOf(change));
  return [
    { type: 'text[]', value: contents.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))) },
    { type: 'text[]', value: contents.map(({ body }) => (body === undefined ? null : Buffer.from(body).toString('base64'))) },
    { type: 'text[]', value: textArray(changes.map(({ change }) => storableJson(said(change)))) },
  ];
}

/** What has no column of its own. */
function said(change: Written): Record<string, unknown> {
  switch (change.kind) {
    case PARK_MESSAGE: {
      const { messageId, type, cause, attempts, codeVersion, retryAfterMs } = change;
      const { partition, offset, appendedAt } = change.stored;
      return { messageId, type, cause, attempts, codeVersion, retryAfterMs, partition, offset, appendedAt: Math.round(appendedAt) };
    }
    case PARK_AGAIN: {
      const { cause, attempts, codeVersion, retryAfterMs } = change;
      return { cause, attempts, codeVersion, retryAfterMs };
    }
    case END_PARKED_ACTION:
      return { actions: change.actions, outcome: change.outcome, detail: change.detail };
    default:
      return { action: change.action };
  }
}
