import { type JsonObject, type JsonValue } from '@minos/common';
import { statusOf, type SagaInstance, type SagaStatus } from '../contracts/saga-instance.js';
import type { SagaEffects, SagaOutcome, SagaRequest, SagaSending } from '../contracts/saga-operation.js';
import { type Draft, short } from './draft.js';
import { waitsOf } from './waits.js';

/** Where a draft stands before an operation. */
export interface DraftMark {
  readonly status: SagaStatus;
  readonly state: JsonValue;
  readonly sends: number;
  readonly entries: number;
}

export function markOf(draft: Draft): DraftMark {
  return { status: statusOf(draft), state: draft.state, sends: draft.sends.length, entries: draft.journal.length };
}

/** What an operation has done since the mark; `isLocalDue` says which local commands run now. */
export function effectsSince(draft: Draft, mark: DraftMark): SagaEffects {
  const waits = waitsOf(draft);
  const sent = draft.sends.slice(mark.sends).map(({ id, type, channel, key }): SagaSending => {
    const { step, undo } = waits.find(({ request }) => request === id) ?? {};
    return { ...(step === undefined ? {} : { step }), command: type, ...(undo ? { undo } : {}), channel, key };
  });
  const begun = waits.filter(({ for: what, request = '' }) => what === 'local' && !isKnown(draft.before, request));
  const local = begun.map(({ step, command = '', undo }): SagaSending => ({ step, command, ...(undo ? { undo } : {}) }));
  return { from: mark.status, to: statusOf(draft), commands: [...sent, ...local], waits };
}

function isKnown({ steps }: SagaInstance, request: string): boolean {
  return Object.values(steps).some(({ attempt, undo }) => attempt?.request === request || undo?.attempt?.request === request);
}

/** Who asked for what and why, how it ended, and what it replaced. */
export function operatedNote(id: string, request: SagaRequest, outcome: SagaOutcome, before: JsonValue): JsonObject {
  const { operation, by, reason, dryRun } = request;
  const { kind, ...asked } = operation;
  return {
    ...{ request: id, operation: kind, by: short(by) },
    ...(reason === undefined ? {} : { reason: short(reason) }),
    ...(dryRun ? { dryRun } : {}),
    ...(asked as JsonObject),
    ...(kind === 'edit' && 'effects' in outcome ? { before } : {}),
    ...(outcome as unknown as JsonObject),
  };
}
