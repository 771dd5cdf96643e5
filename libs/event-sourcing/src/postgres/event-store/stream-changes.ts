import type { PlacedChange, RefusedChange } from '@minos/postgres';
import { APPEND_EVENTS, CLOSE_STREAM, GUARD_STREAM } from '../../contracts/event-store.js';
import type { AppendEvents, CloseStream, GuardStream } from '../../contracts/event-store.js';

export type StreamChange = AppendEvents | CloseStream | GuardStream;

/** A change that the database decides on: none before it in the batch tells the version of its stream. */
export interface StreamCheck {
  readonly placed: PlacedChange<StreamChange>;
  /** The version that must be stored before the batch; `null`: any. */
  readonly expected: number | null;
}

/** An append with the version of its first event, `null` where the database counts on. */
export interface PlannedAppend {
  readonly placed: PlacedChange<AppendEvents>;
  readonly firstVersion: number | null;
}

export interface StreamPlan {
  readonly checks: readonly StreamCheck[];
  readonly appends: readonly PlannedAppend[];
  readonly closings: readonly PlacedChange<CloseStream>[];
  readonly refused: readonly RefusedChange[];
}

/** What the changes before make of a stream; `version` is `null` while nothing but appends to any version has been seen. */
interface Tentative {
  readonly version: number | null;
  /** Events that the batch has appended so far. */
  readonly appended: number;
  readonly closed: boolean;
  /** The unit that has only guarded the stream so far: what it believes says nothing about the changes of others. */
  readonly guardedBy?: number;
}

/**
 * Sorts the stream changes of a batch: the first one that touches a stream is checked in the database, those behind it (they stand on
 * it, or are of the same unit) against what the ones before them make of the stream. Behind appends to any version the first that expects
 * one is checked in the database too: with it the stream must have had so many events less before.
 */
export function planStreamChanges(changes: readonly PlacedChange<StreamChange>[]): StreamPlan {
  const plan = {
    checks: [] as StreamCheck[],
    appends: [] as PlannedAppend[],
    closings: [] as PlacedChange<CloseStream>[],
    refused: [] as RefusedChange[],
  };
  const streams = new Map<string, Tentative>();
  for (const placed of changes) {
    const key = streamKey(placed.change.stream, placed.tenant);
    const known = streams.get(key);
    const before = known?.guardedBy === undefined || known.guardedBy === placed.unit ? known : undefined;
    const expected = expectedVersion(placed.change);
    const refusal = before && refusalOf(before, expected, placed.change.kind === CLOSE_STREAM);
    if (refusal) {
      plan.refused.push({ unit: placed.unit, ordinal: placed.ordinal, reason: refusal, detail: { version: before.version } });
      continue;
    }
    if (!before) plan.checks.push({ placed, expected });
    else if (leavesOpen(before, expected)) plan.checks.push({ placed, expected: expected - before.appended });
    streams.set(key, follow(placed, before, plan));
  }
  return plan;
}

/** The lock key of a stream. */
export function streamKey(stream: string, tenant: string): string {
  return `stream:${tenant}:${stream}`;
}

function follow(
  placed: PlacedChange<StreamChange>,
  found: Tentative | undefined,
  plan: { appends: PlannedAppend[]; closings: PlacedChange<CloseStream>[] },
): Tentative {
  const { change } = placed;
  const { appended, closed } = found ?? { appended: 0, closed: false };
  const version = found?.version ?? expectedVersion(change);
  switch (change.kind) {
    case APPEND_EVENTS: {
      const { length } = change.events;
      plan.appends.push({ placed: placed as PlacedChange<AppendEvents>, firstVersion: version === null ? null : version + 1 });
      return { version: version === null ? null : version + length, appended: appended + length, closed };
    }
    case CLOSE_STREAM:
      plan.closings.push(placed as PlacedChange<CloseStream>);
      return { version, appended, closed: true };
    case GUARD_STREAM:
      return found ?? { version, appended, closed, guardedBy: placed.unit };
  }
}

function leavesOpen(before: Tentative, expected: number | null): expected is number {
  return before.version === null && expected !== null && !before.closed;
}

function expectedVersion(change: StreamChange): number | null {
  if (change.kind === GUARD_STREAM) return change.version;
  if (change.expectedVersion === 'any') return null;
  return change.expectedVersion === 'no-stream' ? 0 : change.expectedVersion;
}

function refusalOf(before: Tentative, expected: number | null, closing: boolean): string | undefined {
  if (before.closed) return closing ? undefined : 'closed';
  if (expected === null || expected === before.version) return undefined;
  return before.version === null && expected >= before.appended ? undefined : 'version';
}
