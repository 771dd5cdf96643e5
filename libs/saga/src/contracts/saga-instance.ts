import type { JsonObject, JsonValue, Principal } from '@minos/common';

/** Where an instance is. `running` goes forward, `compensating` back; the other two are ends. One that completed goes back once more where it is a step of a saga that takes it back. */
export type SagaPhase = 'running' | 'compensating' | 'completed' | 'compensated';

/** What operators see: `parked` is an instance that waits for one of them, whatever its phase. */
export type SagaStatus = SagaPhase | 'parked';

/**
 * Where a step is.
 * - `waiting`: its command is under way, or its local command is to run;
 * - `answered`: its answer is here and not taken in yet;
 * - `pausing`: it is tried again once the pause is over;
 * - `done`: its reply was taken in;
 * - `passed`: a rejection from which the saga goes on, or an operator skipped it; there is nothing to take back;
 * - `rejected`: its rejection ended the way forward; there is nothing to take back;
 * - `unknown`: it may have happened, so it is compensated.
 */
export type StepStatus = 'waiting' | 'answered' | 'pausing' | 'done' | 'passed' | 'rejected' | 'unknown';

/** What came back for a command. */
export type StepOutcome =
  | { readonly result: JsonValue }
  | { readonly rejection: { readonly code: string; readonly message: string; readonly details?: JsonObject } };

/** A command under way, or the pause before it is tried again. Times are milliseconds since the epoch on the database's clock. */
export interface Attempt {
  /** Id of the command; an answer counts only where it names it. */
  readonly request: string;
  /** Durable name of the command, which the answer has to name too. */
  readonly command: string;
  /** Key with which it was sent; the compensation of the step is sent with it. Empty where nothing was sent. */
  readonly key: string;
  /** It is run here. */
  readonly local?: true;
  /** From 1. */
  readonly number: number;
  /** When the time of a waiting command, or the pause, is over. */
  readonly dueAt?: number;
}

export interface StepRecord {
  readonly status: StepStatus;
  /** Ascends over the steps of an instance in the order in which they came to their outcome: compensation goes the other way. */
  readonly order: number;
  readonly attempt?: Attempt;
  readonly outcome?: StepOutcome;
  /** Of the last fault of a local command. */
  readonly fault?: string;
  readonly undo?: UndoRecord;
}

/** The compensation of a step. `kept`: the step says that there is nothing to take back, or an operator skipped it. */
export interface UndoRecord {
  readonly status: 'waiting' | 'pausing' | 'done' | 'kept';
  readonly attempt?: Attempt;
  readonly fault?: string;
}

/** Why an instance waits for an operator. */
export interface SagaParking {
  readonly step: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface SagaParent {
  readonly id: string;
  /** What its step waits for. */
  readonly request: string;
  /** What its compensation of the step waits for. */
  readonly undo?: string;
}

/** In whose name and because of what an instance runs: its commands carry it on. */
export interface SagaOrigin {
  /** When it started, in milliseconds since the epoch on the store's clock: its age among those who wait for resources. */
  readonly since?: number;
  readonly tenant: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  readonly principal?: Principal;
}

/** One run of a saga, as it is stored: data only. */
export interface SagaInstance {
  /** UUID. */
  readonly id: string;
  /** Durable name of the saga. */
  readonly name: string;
  readonly version: number;
  /** Of the structure of its plan: only a process with the same plan goes on with it. */
  readonly hash: string;
  /** Business key: one instance of a saga, tenant and key. */
  readonly key?: string;
  /** Ascends by one with each change; 0 is not stored yet. */
  readonly revision: number;
  readonly phase: SagaPhase;
  /** Milliseconds since the epoch on the store's clock, as its process knew it; for measuring. */
  readonly startedAt?: number;
  readonly parked?: SagaParking;
  /** Whether an operator, or who started it, wants it taken back. */
  readonly cancelled?: boolean;
  readonly state: JsonValue;
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** The branch that each choice has taken. */
  readonly choices: Readonly<Record<string, string>>;
  /** Of the steps that have come to an outcome so far. */
  readonly outcomes: number;
  /** Entries in its journal. */
  readonly entries: number;
  readonly origin: SagaOrigin;
  /** The saga of which this one is a step. */
  readonly parent?: SagaParent;
  /** Answers that were noted and not applied; from a bound on no more are. */
  readonly strays?: number;
  /** When something is due: the earliest of its timers, or a local command that is to run. */
  readonly wakeAt?: number;
}

/** What happened to an instance, for people and for audit. */
export type JournalKind =
  | 'started'
  | 'sent'
  | 'replied'
  | 'rejected'
  | 'timed-out'
  | 'retried'
  | 'failed'
  | 'late'
  | 'refused'
  | 'chosen'
  | 'compensating'
  | 'undo-sent'
  | 'undone'
  | 'parked'
  | 'operated'
  | 'completed'
  | 'compensated';

export interface JournalEntry {
  readonly kind: JournalKind;
  readonly step?: string;
  readonly data?: JsonObject;
}

/** `parked` is told apart from the phase. */
export function statusOf({ phase, parked }: Pick<SagaInstance, 'phase' | 'parked'>): SagaStatus {
  return parked === undefined ? phase : 'parked';
}

export function hasEnded({ phase }: Pick<SagaInstance, 'phase'>): boolean {
  return phase === 'completed' || phase === 'compensated';
}
