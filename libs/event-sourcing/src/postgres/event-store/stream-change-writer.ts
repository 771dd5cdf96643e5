import { keyHash } from '@minos/common';
import { plainArray, textArray } from '@minos/postgres';
import type { ChangeWriter, PlacedChange, Refusal, SqlExecutor, Verdict, WritePlan, WriteResult } from '@minos/postgres';
import { APPEND_EVENTS, CLOSE_STREAM, GUARD_STREAM } from '../../contracts/event-store.js';
import type { AppendEvents, AppendResult } from '../../contracts/event-store.js';
import { toFeedPosition } from '../../stream/feed-position.js';
import { EventIdReusedError, StreamClosedError, versionConflict } from '../../stream/stream.errors.js';

import { FIND_EVENTS, READ_STATE } from './event-store.sql.js';
import { planStreamChanges, streamKey } from './stream-changes.js';
import type { PlannedAppend, StreamChange, StreamCheck, StreamPlan } from './stream-changes.js';

/** Bytes that an event takes beside its data, about. */
const OVERHEAD = 200;

interface StoredEvent {
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  readonly version: bigint;
  readonly position: bigint;
}

/** Writes appends, tombstones and guards of streams to `minos.events` and `minos.closed_streams`. */
export class StreamChangeWriter implements ChangeWriter<StreamChange> {
  readonly kinds = [APPEND_EVENTS, CLOSE_STREAM, GUARD_STREAM] as const;
  readonly order = 100;

  lockKeys(change: StreamChange, tenant: string): readonly string[] {
    return [streamKey(change.stream, tenant)];
  }

  readsOnly(change: StreamChange): boolean {
    return change.kind === GUARD_STREAM;
  }

  size(change: StreamChange): number {
    if (change.kind !== APPEND_EVENTS) return OVERHEAD;
    return change.events.length * OVERHEAD + encodedEvents(change).bytes;
  }

  plan(changes: readonly PlacedChange<StreamChange>[]): WritePlan {
    const plan = planStreamChanges(changes);
    return {
      check: { name: 'minos.check_streams', values: checkValues(plan.checks) },
      ...(plan.appends.length + plan.closings.length > 0 ? { write: writeOf(plan) } : {}),
      refused: plan.refused,
    };
  }

  async judge(change: StreamChange, refusal: Refusal, tenant: string, sql: SqlExecutor): Promise<Verdict | undefined> {
    if ('databaseError' in refusal && refusal.databaseError.code !== '23505') return undefined;
    if (change.kind === APPEND_EVENTS) return this.judgeAppend(change, refusal, tenant, sql);
    if ('databaseError' in refusal) return undefined;
    return { error: await this.conflict(change, refusal, tenant, sql) };
  }

  async find(change: StreamChange, tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined> {
    if (change.kind === GUARD_STREAM) return 'unknowable';
    if (change.kind === APPEND_EVENTS) {
      const result = repetitionOf(change, tenant, await storedEvents(change, sql));
      return result && { result };
    }
    const { closed } = await readState(change, tenant, sql);
    return closed ? { result: undefined } : undefined;
  }

  private async judgeAppend(change: AppendEvents, refusal: Refusal, tenant: string, sql: SqlExecutor): Promise<Verdict | undefined> {
    const stored = await storedEvents(change, sql);
    const result = repetitionOf(change, tenant, stored);
    if (result) return { result };
    if (stored.length > 0)
      return {
        error: new EventIdReusedError(
          change.stream,
          stored.map(({ id }) => id),
        ),
      };
    if ('databaseError' in refusal && refusal.databaseError.constraint !== 'events_stream_version_key') return undefined;
    return { error: await this.conflict(change, refusal, tenant, sql) };
  }

  private async conflict(change: StreamChange, refusal: Refusal, tenant: string, sql: SqlExecutor): Promise<Error> {
    const { closed, version } = await readState(change, tenant, sql);
    const closedInBatch = 'reason' in refusal && refusal.reason === 'closed';
    // Closing a closed stream is never refused for that: somebody has closed it since.
    if ((closed || closedInBatch) && change.kind === APPEND_EVENTS) return new StreamClosedError(change.stream);
    return versionConflict(change.stream, change.kind === GUARD_STREAM ? change.version : change.expectedVersion, version);
  }
}

interface EncodedEvents {
  readonly data: readonly string[];
  readonly metadata: readonly string[];
  readonly bytes: number;
}

/** The texts of an append, made once for its size and its rows. */
const encoded = new WeakMap<AppendEvents, EncodedEvents>();

function encodedEvents(change: AppendEvents): EncodedEvents {
  const known = encoded.get(change);
  if (known) return known;
  const data: string[] = [];
  const metadata: string[] = [];
  let bytes = 0;
  for (const event of change.events) {
    const texts = [JSON.stringify(event.data), JSON.stringify(event.metadata)] as const;
    data.push(texts[0]);
    metadata.push(texts[1]);
    bytes += texts[0].length + texts[1].length;
  }
  const made = { data, metadata, bytes };
  encoded.set(change, made);
  return made;
}

function checkValues(checks: readonly StreamCheck[]) {
  return [
    { type: 'int[]', value: plainArray(checks.map(({ placed }) => placed.unit)) },
    { type: 'int[]', value: plainArray(checks.map(({ placed }) => placed.ordinal)) },
    { type: 'text[]', value: textArray(checks.map(({ placed }) => placed.tenant)) },
    { type: 'text[]', value: textArray(checks.map(({ placed }) => placed.change.stream)) },
    { type: 'bigint[]', value: plainArray(checks.map(({ expected }) => expected)) },
    { type: 'boolean[]', value: plainArray(checks.map(({ placed }) => (placed.change.kind === CLOSE_STREAM ? 't' : 'f'))) },
  ];
}

/** One array per column, filled in one pass: this runs for every event that is ever stored. */
class EventColumns {
  readonly units: number[] = [];
  readonly tenants: string[] = [];
  readonly streams: string[] = [];
  readonly versions: (number | null)[] = [];
  readonly ids: string[] = [];
  readonly types: string[] = [];
  readonly schemaVersions: number[] = [];
  readonly data: string[] = [];
  readonly metadata: string[] = [];
  readonly hashes: number[] = [];

  add({ placed: { unit, tenant, change }, firstVersion }: PlannedAppend): void {
    const hash = keyHash(change.stream);
    const texts = encodedEvents(change);
    for (const [index, event] of change.events.entries()) {
      this.units.push(unit);
      this.tenants.push(tenant);
      this.streams.push(change.stream);
      this.versions.push(firstVersion === null ? null : firstVersion + index);
      this.ids.push(event.id);
      this.types.push(event.type);
      this.schemaVersions.push(event.schemaVersion);
      this.data.push(texts.data[index] ?? '');
      this.metadata.push(texts.metadata[index] ?? '');
      this.hashes.push(hash);
    }
  }
}

function writeOf(plan: StreamPlan): WritePlan['write'] {
  return {
    name: 'minos.write_streams',
    values: writeValues(plan),
    results: (answer, failed) => appendResults(plan.appends, answer as StreamsWritten, failed),
  };
}

/** What `minos.write_streams` returns: positions of the rows written, and, where it counted them, the versions of all rows. */
type StreamsWritten = readonly string[] | { readonly positions: readonly string[] | null; readonly versions: readonly number[] } | null;

/** Each append is told of its last event. */
function* appendResults(appends: readonly PlannedAppend[], written: StreamsWritten, failed: ReadonlySet<number>): Generator<WriteResult> {
  const { positions, versions } = isList(written)
    ? { positions: written, versions: undefined }
    : (written ?? { positions: null, versions: [] });
  let row = -1;
  let stored = -1;
  for (const { placed, firstVersion } of appends) {
    const { length } = placed.change.events;
    row += length;
    if (failed.has(placed.unit)) continue;
    stored += length;
    yield [placed.unit, placed.ordinal, { version: versions?.[row] ?? (firstVersion ?? 0) + length - 1, position: positions?.[stored] }];
  }
}

function isList(written: StreamsWritten): written is readonly string[] {
  return Array.isArray(written);
}

function writeValues({ appends, closings }: StreamPlan) {
  const columns = new EventColumns();
  for (const append of appends) columns.add(append);
  return [
    { type: 'int[]', value: plainArray(columns.units) },
    { type: 'text[]', value: textArray(columns.tenants) },
    { type: 'text[]', value: textArray(columns.streams) },
    { type: 'bigint[]', value: plainArray(columns.versions) },
    { type: 'uuid[]', value: plainArray(columns.ids) },
    { type: 'text[]', value: textArray(columns.types) },
    { type: 'int[]', value: plainArray(columns.schemaVersions) },
    { type: 'json', value: `[${columns.data.join()}]` },
    { type: 'json', value: `[${columns.metadata.join()}]` },
    { type: 'int[]', value: plainArray(columns.hashes) },
    { type: 'int[]', value: closings.map((placed) => placed.unit) },
    { type: 'text[]', value: closings.map((placed) => placed.tenant) },
    { type: 'text[]', value: closings.map((placed) => placed.change.stream) },
    { type: 'int[]', value: closings.map((placed) => keyHash(placed.change.stream)) },
  ];
}

async function storedEvents(change: AppendEvents, sql: SqlExecutor): Promise<StoredEvent[]> {
  return (await sql.query<StoredEvent>(FIND_EVENTS, [change.events.map(({ id }) => id)])).rows;
}

/** The first result, if all ids are stored in this order at one place of this stream. */
function repetitionOf(change: AppendEvents, tenant: string, stored: readonly StoredEvent[]): AppendResult | undefined {
  const byId = new Map(stored.map((event) => [event.id, event]));
  const first = byId.get(change.events[0]?.id ?? '');
  if (!first) return undefined;
  const inPlace = change.events.every(({ id }, index) => {
    const event = byId.get(id);
    return event?.stream === change.stream && event.tenant === tenant && event.version === first.version + BigInt(index);
  });
  const last = byId.get(change.events.at(-1)?.id ?? '');
  if (!inPlace || !last) return undefined;
  return { stream: change.stream, version: Number(last.version), position: toFeedPosition(last.position), duplicate: true };
}

async function readState(change: StreamChange, tenant: string, sql: SqlExecutor): Promise<{ version: number; closed: boolean }> {
  const { rows } = await sql.query<{ version: bigint; closed: boolean }>(READ_STATE, [tenant, change.stream]);
  return { version: Number(rows[0]?.version ?? 0n), closed: rows[0]?.closed ?? false };
}
