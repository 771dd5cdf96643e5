import type { JsonValue } from '@minos/common';
import {
  type SagaOrigin,
  statusOf,
  type SagaParking,
  type SagaPhase,
  type SagaStatus,
  type StepRecord,
} from '../contracts/saga-instance.js';
import type { SagaWait } from '../contracts/saga-operation.js';
import type { SagaMail, SagaSummary, StoredEntry } from '../contracts/saga-store.js';
import { waitsOf } from '../turn/waits.js';

/** One instance, as a list shows it. Times are milliseconds since the epoch on the store's clock. */
export interface SagaView {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly key?: string;
  readonly tenant: string;
  readonly status: SagaStatus;
  /** Whether it goes forward or back; a parked one, too. */
  readonly phase: SagaPhase;
  readonly cancelled: boolean;
  readonly parked?: SagaParking;
  /** What it waits for now, with timers. */
  readonly waits: readonly SagaWait[];
  readonly startedAt: number;
  readonly changedAt: number;
  readonly endedAt?: number;
  /** Ascends with each change; what an edit is compared with. */
  readonly revision: number;
}

/** All that is stored of one instance. */
export interface SagaDetails extends SagaView {
  readonly hash: string;
  readonly state: JsonValue;
  /** Those that have begun, in the order of their outcomes; open ones last. */
  readonly steps: readonly ({ readonly name: string } & StepRecord)[];
  /** The branch that each choice has taken. */
  readonly choices: Readonly<Record<string, string>>;
  readonly origin: SagaOrigin;
  readonly parent?: { readonly id: string; readonly request: string };
  /** What it has not taken in yet. */
  readonly mail: readonly SagaMail[];
  /** Oldest first. */
  readonly journal: readonly StoredEntry[];
  /** Entries in the whole journal. */
  readonly entries: number;
}

export function viewOf({ instance, startedAt, changedAt, endedAt }: SagaSummary): SagaView {
  const { id, name, version, key, origin, phase, cancelled = false, parked, revision } = instance;
  return {
    ...{ id, name, version },
    ...(key === undefined ? {} : { key }),
    ...{ tenant: origin.tenant, status: statusOf(instance), phase, cancelled },
    ...(parked === undefined ? {} : { parked }),
    ...{ waits: waitsOf(instance), startedAt, changedAt },
    ...(endedAt === undefined ? {} : { endedAt }),
    revision,
  };
}

export function detailsOf(summary: SagaSummary, mail: readonly SagaMail[], journal: readonly StoredEntry[]): SagaDetails {
  const { hash, state, steps, choices, origin, parent, entries } = summary.instance;
  const named = Object.entries(steps).map(([name, record]) => ({ name, ...record }));
  const place = ({ order }: StepRecord): number => order || Infinity;
  return {
    ...viewOf(summary),
    ...{ hash, state, choices, origin, mail, journal, entries },
    steps: named.sort((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other))),
    ...(parent === undefined ? {} : { parent }),
  };
}
