import type { JsonObject, JsonValue } from '@minos/common';
import type { SagaStatus } from './saga-instance.js';

/** What an operator, or who started a saga, may have done with an instance. */
export type SagaOperation =
  /** A new command now: of a step, or of its compensation where the saga goes back. */
  | { readonly kind: 'retry'; readonly step: string }
  /** Goes on without the answer; `output` stands for the reply. */
  | { readonly kind: 'skip'; readonly step: string; readonly output?: JsonValue }
  /** With `revision` only where the instance is still in it; without only while it is parked. */
  | { readonly kind: 'edit'; readonly state: JsonValue; readonly revision?: number }
  /** Turns round, also behind the pivot. */
  | { readonly kind: 'compensate' }
  /** Turns round while that is the saga's right: before its pivot. */
  | { readonly kind: 'cancel' }
  /** A parked one goes on where it stopped. */
  | { readonly kind: 'resume' };

/** Who wants it, and why: both are kept. */
export interface SagaRequester {
  readonly by: string;
  readonly reason?: string;
}

/** An operation on its way to a process that has the plan of the instance. */
export interface SagaRequest extends SagaRequester {
  readonly operation: SagaOperation;
  /** Says what would happen, and does nothing. */
  readonly dryRun?: boolean;
}

/** What an instance waits for. Times are milliseconds since the epoch on the store's clock. */
export interface SagaWait {
  readonly step: string;
  /** `saga`: the end of another saga; `local`: that a command is run here; `pause`: the next try; `operator`: it is parked. */
  readonly for: 'answer' | 'saga' | 'local' | 'pause' | 'operator';
  /** It concerns the compensation of the step. */
  readonly undo?: true;
  /** Durable name of the command, or name of the saga. */
  readonly command?: string;
  /** Id of the command, or of the other saga. */
  readonly request?: string;
  /** From 1. */
  readonly attempt?: number;
  /** When its timer fires. */
  readonly dueAt?: number;
  /** Why it is parked, or why the last try failed. */
  readonly reason?: string;
}

/** A command that leaves, or runs here, because of an operation. */
export interface SagaSending {
  /** Missing where a hook sends it. */
  readonly step?: string;
  readonly command: string;
  readonly undo?: true;
  /** Missing where it runs here. */
  readonly channel?: string;
  readonly key?: string;
}

/** What an operation does, or would do. */
export interface SagaEffects {
  readonly from: SagaStatus;
  readonly to: SagaStatus;
  readonly commands: readonly SagaSending[];
  /** What it waits for afterwards, timers with it. */
  readonly waits: readonly SagaWait[];
}

/** How a request ended. What was refused has changed nothing. */
export type SagaOutcome =
  | { readonly effects: SagaEffects }
  | { readonly refused: { readonly code: string; readonly message: string; readonly details: JsonObject } };
