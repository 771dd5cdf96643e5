import type { OutgoingMessage } from '@minos/messaging/contracts';
import { hasEnded, type JournalEntry, type SagaInstance, type StepOutcome } from '../contracts/saga-instance.js';
import { type SagaPlan, stepsOf } from '../definition/plan.js';
import type { SagaAnswer } from './answers.js';
import type { TurnPorts } from './draft.js';
import { localDue, type LocalDue, SagaTurn } from './saga-turn.js';
import { wrongs } from './saga-watch-kit.js';

export class Do {
  constructor(readonly step: string) {}
}
export class Undo {
  constructor(
    readonly step: string,
    readonly knew: boolean,
  ) {}
}
/** The same, run in the process of the saga. */
export class DoHere extends Do {}
export class UndoHere extends Undo {}

type Work = Do | Undo;
export type Wish = 'ok' | 'no' | 'fault';
export const NO = 'no';

/** What a participant does with the steps that it is asked for, and what it was asked to take back. */
export class Participant {
  readonly done: string[] = [];
  readonly undone: string[] = [];
  /** Taken back before they came: they do not happen any more. */
  readonly refused = new Set<string>();
  private readonly kept = new Map<string, StepOutcome>();

  constructor(private readonly wish: (work: Work) => Wish) {}

  /** What is handled twice has one effect, and says the same. */
  handle(request: string, work: Work): StepOutcome {
    const kept = this.kept.get(request) ?? this.outcome(work);
    this.kept.set(request, kept);
    return kept;
  }

  private outcome(work: Work): StepOutcome {
    if (this.wish(work) !== 'ok') return { rejection: { code: NO, message: 'no' } };
    if (work instanceof Undo) {
      if (this.done.includes(work.step)) this.undone.push(work.step);
      else this.refused.add(work.step);
      return { result: null };
    }
    if (this.refused.has(work.step)) return { rejection: { code: NO, message: 'taken back' } };
    this.done.push(work.step);
    return { result: { step: work.step } };
  }
}

interface Sent {
  readonly request: string;
  readonly work: Work;
}

const START = 1_000_000;

/** One instance with everything that is under way for it. Nothing happens unless it is told to, and a turn is stored, or lost as in a crash. */
export class SagaWorld {
  now = START;
  instance: SagaInstance;
  readonly journal: JournalEntry[] = [];
  readonly commands: Sent[] = [];
  readonly answers: SagaAnswer[] = [];
  /** Answers that were delivered once already. */
  readonly old: SagaAnswer[] = [];
  readonly hooks: string[] = [];
  /** All that should never be. */
  readonly wrong: string[] = [];
  private readonly requests = new Set<string>();
  private ids = 0;

  constructor(
    readonly plan: SagaPlan,
    readonly participant: Participant,
    parent?: SagaInstance['parent'],
  ) {
    this.instance = {
      ...{ id: 'saga', name: 'saga', version: 1, hash: '', revision: 0, phase: 'running', state: {} },
      ...{ steps: {}, choices: {}, outcomes: 0, entries: 0, origin: { tenant: '' } },
      ...(parent && { parent }),
    };
    this.turn((turn) => turn.begin());
  }

  get ended(): boolean {
    return hasEnded(this.instance);
  }

  get localDue(): LocalDue | undefined {
    return localDue(this.instance, this.now);
  }

  /** With `crash` nothing of it is stored. */
  turn(work: (turn: SagaTurn) => void, crash = false): void {
    const turn = new SagaTurn(this.plan, this.instance, this.ports, this.now);
    work(turn);
    if (crash) return;
    const before = this.instance;
    this.instance = turn.result();
    this.journal.push(...turn.draft.journal);
    for (const message of turn.draft.sends) this.send(message);
    this.wrong.push(...wrongs(before, this.instance));
    if (hasEnded(before) && turn.draft.journal.some(({ kind }) => kind === 'sent')) this.wrong.push('it begins a step after its end');
  }

  deliver(answer: SagaAnswer, crash = false): void {
    this.turn((turn) => void turn.answer(answer), crash);
  }

  /** Lets the participant handle a command; its answer is under way then. */
  handle({ request, work }: Sent): void {
    this.answers.push({ request, command: work.constructor.name, outcome: this.participant.handle(request, work) });
  }

  /** Runs the local command that is due. It happens with the change of the instance, or not at all. */
  runLocal(wish: Wish, crash = false): void {
    const due = this.localDue;
    if (due === undefined) return;
    const work = new SagaTurn(this.plan, this.instance, this.ports, this.now).localCommand(due) as Work;
    if (wish === 'fault') return this.turn((turn) => turn.fault(due.request, 'it broke'), crash);
    const outcome: StepOutcome = wish === 'no' ? { rejection: { code: NO, message: 'no' } } : { result: null };
    this.turn((turn) => void turn.answer({ request: due.request, command: turn.commandOf(due), outcome }), crash);
    if (wish === 'ok' && !crash) (work instanceof Undo ? this.participant.undone : this.participant.done).push(work.step);
  }

  /** To the time that is waited for, or past it. */
  tick(later = 0, crash = false): void {
    const { wakeAt = this.now } = this.instance;
    if (!crash) this.now = Math.max(this.now, wakeAt) + later;
    this.turn((turn) => turn.tick(), crash);
  }

  private get ports(): TurnPorts {
    return {
      newId: () => `r${(this.ids += 1)}`,
      nameOf: (command) => command.constructor.name,
      message: (command, { request, key = 'key', again = false, answered = true }) =>
        ({
          id: request,
          channel: 'other',
          key,
          type: command.constructor.name,
          data: { again, answered },
          work: command,
        }) as OutgoingMessage,
    };
  }

  private send(message: OutgoingMessage): void {
    const { id: request = '', data, work } = message as OutgoingMessage & { readonly work: Work };
    const { again, answered } = data as { readonly again: boolean; readonly answered: boolean };
    if (!answered) return void this.hooks.push(work.constructor.name);
    if (this.requests.has(request) !== again) this.wrong.push(`the request ${request} ${again ? 'was never sent' : 'is used twice'}`);
    this.requests.add(request);
    this.commands.push({ request, work });
  }
}

/** Steps that have a command to take them back with. */
export function undoable(plan: SagaPlan): ReadonlySet<string> {
  return new Set(stepsOf(plan.nodes).flatMap(({ name, compensation }) => (typeof compensation === 'object' ? [name] : [])));
}
