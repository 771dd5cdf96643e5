import { copyJson, type JsonObject, type JsonValue, type MessageClass, type PayloadLimits } from '@minos/common';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import type {
  JournalEntry,
  JournalKind,
  SagaInstance,
  SagaParent,
  SagaParking,
  SagaPhase,
  StepOutcome,
  StepRecord,
} from '../contracts/saga-instance.js';
import { type SagaPlan, stepsOf, type StepNode } from '../definition/plan.js';
import type { SagaDefinition } from '../definition/saga-definition.js';
import { mayHold } from './may-hold.js';

/** What a turn needs to know of the world. */
export interface TurnPorts {
  newId(): string;
  /** Durable name of a command; throws where it has none. */
  nameOf(command: object): string;
  /** A command as it leaves; throws where nobody owns it, or its data can not be sent. */
  message(command: object, as: SentAs): OutgoingMessage;
}

/** How a command leaves. */
export interface SentAs {
  readonly sagaId: string;
  /** UUID of the message. */
  readonly request: string;
  /** @default what the command says, else the id of the instance */
  readonly key?: string;
  /** It may have been sent before: whoever has handled it says again what it said. */
  readonly again?: boolean;
  /** @default true */
  readonly answered?: boolean;
  /** When the instance started, in milliseconds since the epoch. @default now */
  readonly since?: number;
  /** Whether the instance may hold something besides. @default false */
  readonly mayHold?: boolean;
}

/** Another saga that begins with the turn. */
export interface ChildEffect {
  readonly step: string;
  readonly request: string;
  readonly saga: MessageClass<SagaDefinition>;
  readonly state: JsonValue;
}

/** Another saga that was a step, and is taken back. */
export interface ChildUndo {
  readonly child: string;
  readonly request: string;
}

/** What the saga hears of which this one is a step. */
export interface ParentAnswer {
  readonly request: string;
  readonly outcome: StepOutcome;
}

/** So many answers that are not applied are noted of one instance; who sends more fills no journal. */
const MOST_STRAYS = 20;
export const STATE_LIMITS: PayloadLimits = { bytes: 1024 * 1024, depth: 64 };
const LONGEST_REASON = 2_000;

/** An instance while a turn changes it, and what leaves with the change. */
export class Draft {
  phase: SagaPhase;
  parked: SagaParking | undefined;
  cancelled: boolean;
  state: JsonValue;
  readonly steps: Record<string, StepRecord>;
  readonly choices: Record<string, string>;
  outcomes: number;
  parent: SagaParent | undefined;
  strays: number;
  readonly journal: JournalEntry[] = [];
  readonly sends: OutgoingMessage[] = [];
  readonly children: ChildEffect[] = [];
  /** Other sagas, steps of this one, that are to be cancelled. */
  readonly cancels: string[] = [];
  readonly childUndos: ChildUndo[] = [];
  readonly parentAnswers: ParentAnswer[] = [];

  constructor(
    readonly plan: SagaPlan,
    readonly before: SagaInstance,
    readonly ports: TurnPorts,
    /** The store's clock, in milliseconds since the epoch. */
    readonly now: number,
  ) {
    this.phase = before.phase;
    this.parked = before.parked;
    this.cancelled = before.cancelled ?? false;
    this.state = before.state;
    this.steps = { ...before.steps };
    this.choices = { ...before.choices };
    this.outcomes = before.outcomes;
    this.parent = before.parent;
    this.strays = before.strays ?? 0;
  }

  /** Whether a step may begin. */
  get runs(): boolean {
    return this.phase === 'running' && this.parked === undefined;
  }

  /** Whether the pivot is behind it: there is no way back. */
  get isForward(): boolean {
    return stepsOf(this.plan.nodes).some(({ name, pivot }) => pivot && ['done', 'passed'].includes(this.steps[name]?.status ?? ''));
  }

  stepNamed(name: string): StepNode | undefined {
    return stepsOf(this.plan.nodes).find((step) => step.name === name);
  }

  note(kind: JournalKind, step?: string, data?: JsonObject): void {
    this.journal.push({ kind, ...(step === undefined ? {} : { step }), ...(data === undefined ? {} : { data }) });
  }

  /** Of an answer that nobody waits for. */
  noteStray(kind: 'late' | 'refused', step: string | undefined, data: JsonObject): void {
    if (this.strays >= MOST_STRAYS) return;
    this.strays += 1;
    this.note(kind, step, data);
  }

  set(step: string, record: StepRecord): void {
    this.steps[step] = record;
  }

  /** The step has come to an outcome. */
  settle(step: string, record: Omit<StepRecord, 'order'>): void {
    this.outcomes += 1;
    this.set(step, { ...record, order: this.outcomes });
  }

  /** Turns round; nothing new begins. */
  turnBack(step: string | undefined, reason: string): void {
    if (this.phase !== 'running') return;
    this.phase = 'compensating';
    this.note('compensating', step, { reason: short(reason) });
  }

  park(step: string, reason: string): void {
    if (this.parked !== undefined) return;
    this.parked = { step, reason: short(reason), at: this.now };
    this.note('parked', step, { reason: short(reason) });
    this.tell('onParked', this.plan.hooks.parked);
  }

  /** As whom the instance sends a command: of this step, or of none. */
  sender(step?: string): Pick<SentAs, 'sagaId' | 'since' | 'mayHold'> {
    const { id, origin } = this.before;
    return { sagaId: id, mayHold: mayHold(this, step), ...(origin.since === undefined ? {} : { since: origin.since }) };
  }

  /** Sends the command of a hook, for which nobody waits. One that throws changes nothing else: it is noted. */
  tell(what: string, hook: ((state: never) => object | undefined) | undefined): void {
    try {
      const command = hook?.(this.state as never);
      if (command === undefined) return;
      this.sends.push(this.ports.message(command, { ...this.sender(), request: this.ports.newId(), answered: false }));
    } catch (error) {
      this.note('failed', what, { reason: short(messageOf(error)) });
    }
  }

  /** It has ended, or says that it can not be taken back. */
  tellParent(outcome: StepOutcome, request = this.parent?.request): void {
    if (request !== undefined) this.parentAnswers.push({ request, outcome });
  }

  /** Calls a function of the plan. Where it throws the instance is parked, and the answer is `undefined`. */
  guarded<T>(step: string, what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.park(step, `${what} of the step ${step} threw: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Takes over what a function of the plan makes of the state. Resolves with whether it did; otherwise the instance is parked. */
  changeState(step: string, what: string, next: () => unknown): boolean {
    const made = this.guarded(step, what, () => ({
      state: copyJson(next(), STATE_LIMITS, { message: `the state of ${this.before.name}` }),
    }));
    if (made !== undefined) this.state = made.state;
    return made !== undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a column can hold of a text that came from outside. */
export function short(text: string): string {
  return text.slice(0, LONGEST_REASON).replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}
