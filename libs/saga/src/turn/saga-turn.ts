import { isMinosError, type JsonObject } from '@minos/common';
import type { Attempt, SagaInstance } from '../contracts/saga-instance.js';
import type { SagaOutcome, SagaRequest } from '../contracts/saga-operation.js';
import type { SagaPlan } from '../definition/plan.js';
import type { ActingSaga } from '../resources/acting-saga.js';
import { type AnswerFate, type SagaAnswer, takeAnswer, takeFault } from './answers.js';
import { goBack, undoCommandOf } from './backward.js';
import { Draft, short, type TurnPorts } from './draft.js';
import { goForward } from './forward.js';
import { operate } from './operate.js';
import { effectsSince, markOf, operatedNote } from './operated.js';
import { takeBack } from './take-back.js';
import { fireTimers, wakeTime } from './timers.js';

/**
 * One reaction of an instance to something that came: pure, so that it can be made again after a conflict. What it makes is to be stored in one unit: the changed instance, the
 * notes, and the commands that leave.
 */
export class SagaTurn {
  readonly draft: Draft;

  constructor(plan: SagaPlan, instance: SagaInstance, ports: TurnPorts, now: number) {
    this.draft = new Draft(plan, instance, ports, now);
  }

  /** Of a new instance. */
  begin(): void {
    this.draft.note('started');
    this.goOn();
  }

  answer(answer: SagaAnswer): AnswerFate {
    const fate = takeAnswer(this.draft, answer);
    this.goOn();
    return fate;
  }

  /** A local command threw something that is no rejection. */
  fault(request: string, reason: string): void {
    takeFault(this.draft, request, reason);
    this.goOn();
  }

  /** Does what was asked, and notes under its id who asked, why and what came of it. What is refused, and a dry run, changes nothing else. */
  operate(id: string, request: SagaRequest): SagaOutcome {
    const { draft } = this;
    const { entries, state } = markOf(draft);
    const outcome = request.dryRun ? this.preview(request) : this.carryOut(request);
    const step = 'step' in request.operation ? { step: request.operation.step } : {};
    // Before what follows from it.
    draft.journal.splice(entries, 0, { kind: 'operated', ...step, data: operatedNote(id, request, outcome, state) });
    return outcome;
  }

  /** What would come of it. Changes nothing. */
  preview(request: SagaRequest): SagaOutcome {
    const { plan, before, ports, now } = this.draft;
    return new SagaTurn(plan, this.instance(before.revision), ports, now).carryOut(request);
  }

  /** The saga of which this one is a step takes that back; `request` is what it waits for. */
  takeBack(request: string): void {
    takeBack(this.draft, request);
    this.goOn();
  }

  /** Does what is due. */
  tick(): void {
    fireTimers(this.draft);
    this.goOn();
  }

  goOn(): void {
    goForward(this.draft);
    goBack(this.draft);
  }

  /** Makes the local command that is due. Throws what the plan's function throws. */
  localCommand({ step: name, isUndo }: Pick<LocalDue, 'step' | 'isUndo'>): object | undefined {
    const { draft } = this;
    const step = draft.stepNamed(name);
    const record = draft.steps[name];
    if (step === undefined || record === undefined) return undefined;
    return isUndo ? undoCommandOf(draft, step, record) : (step.make(draft.state as never) as object);
  }

  /** As whom a local command runs. */
  actingIn({ step }: LocalDue): ActingSaga {
    const { sagaId, since = this.draft.now, mayHold = false } = this.draft.sender(step);
    return { holder: sagaId, age: since, mayHold };
  }

  /** Durable name of the command that is due. */
  commandOf({ step, isUndo }: Pick<LocalDue, 'step' | 'isUndo'>): string {
    const record = this.draft.steps[step];
    return (isUndo ? record?.undo?.attempt : record?.attempt)?.command ?? '';
  }

  /** Whether anything has changed. */
  get hasChanged(): boolean {
    return this.draft.journal.length > 0 || JSON.stringify(this.instance(0)) !== JSON.stringify({ ...this.draft.before, revision: 0 });
  }

  /** As it is now, in its next revision. */
  result(): SagaInstance {
    return this.instance(this.draft.before.revision + 1);
  }

  private carryOut({ operation }: SagaRequest): SagaOutcome {
    const mark = markOf(this.draft);
    try {
      operate(this.draft, operation);
    } catch (error) {
      if (!isMinosError(error)) throw error;
      return { refused: { code: error.code, message: short(error.message), details: error.details as JsonObject } };
    }
    this.goOn();
    return { effects: effectsSince(this.draft, mark) };
  }

  private instance(revision: number): SagaInstance {
    const { before, phase, parked, cancelled, state, steps, choices, outcomes, journal, parent, strays } = this.draft;
    const { parked: _parked, cancelled: _cancelled, wakeAt: _wakeAt, ...kept } = before;
    const wakeAt = wakeTime({ phase, parked, steps });
    return {
      ...kept,
      revision,
      phase,
      ...(parked === undefined ? {} : { parked }),
      ...(cancelled ? { cancelled } : {}),
      state,
      steps,
      choices,
      outcomes,
      entries: before.entries + journal.length,
      ...(parent === undefined ? {} : { parent }),
      ...(strays === 0 ? {} : { strays }),
      ...(wakeAt === undefined ? {} : { wakeAt }),
    };
  }
}

/** The local command of an instance that is to run now: of a step, or of its compensation. */
export interface LocalDue {
  readonly step: string;
  readonly request: string;
  readonly isUndo: boolean;
  /** In which it runs. */
  readonly tenant: string;
}

export function localDue({ phase, parked, steps, origin: { tenant } }: SagaInstance, now: number): LocalDue | undefined {
  if (parked !== undefined) return undefined;
  const isUndo = phase === 'compensating';
  for (const [step, record] of Object.entries(steps)) {
    const one = isUndo ? record.undo : record;
    if (one?.status === 'waiting' && isLocalDue(one.attempt, now)) return { step, request: one.attempt.request, isUndo, tenant };
  }
  return undefined;
}

function isLocalDue(attempt: Attempt | undefined, now: number): attempt is Attempt {
  return attempt?.local === true && (attempt.dueAt ?? Infinity) <= now;
}
