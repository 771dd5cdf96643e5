import { Command, type JsonValue } from '@minos/common';
import type { JournalEntry, SagaInstance, StepOutcome } from '../contracts/saga-instance.js';
import type { SagaOperation, SagaOutcome } from '../contracts/saga-operation.js';
import { saga } from '../definition/saga-builder.js';
import type { SagaPlan } from '../definition/plan.js';
import type { TurnPorts } from './draft.js';
import { localDue, SagaTurn } from './saga-turn.js';

export interface TripState {
  readonly seat?: number;
  readonly room?: number;
  readonly note?: string;
}

export class BookSeat extends Command<{ seat: number }, 'seat.none'> {}
export class DropSeat extends Command {
  constructor(readonly seat: number | undefined) {
    super();
  }
}
export class BookRoom extends Command<{ room: number }, 'room.none'> {}
export class DropRoom extends Command {
  constructor(readonly room: number | undefined) {
    super();
  }
}
export class Pay extends Command<void, 'pay.refused'> {}
export class SendTicket extends Command<void, 'ticket.refused'> {}

/** Two steps that are taken back, a local pivot, and one behind it. What is in `broken` throws. */
export function tripPlan(broken: ReadonlySet<string>): SagaPlan {
  const sound = <T>(what: string, made: T): T => {
    if (broken.has(what)) throw new Error(`${what} is broken`);
    return made;
  };
  return saga<TripState>()
    .step('seat')
    .invoke(BookSeat, () => sound('make seat', new BookSeat()))
    .onReply((state, { seat }) => sound('reply seat', { ...state, seat: seat.valueOf() }))
    .compensate(({ seat }, reply) => sound('undo seat', new DropSeat(reply?.seat ?? seat)), { retry: { times: 2, every: '1s' } })
    .timeout('10s', 'park')
    .step('room')
    .invoke(BookRoom, () => sound('make room', new BookRoom()))
    .onReply((state, { room }) => ({ ...state, room }))
    .compensate((_, reply) => new DropRoom(reply?.room))
    .timeout('10s', 'compensate')
    .step('pay')
    .local(Pay, () => sound('make pay', new Pay()))
    .retry({ times: 2, every: '1s' })
    .pivot()
    .step('ticket')
    .invoke(SendTicket, () => sound('make ticket', new SendTicket()))
    .retry({ times: 2, every: '1s' })
    .timeout('10s', 'retry')
    .build();
}

interface Sent {
  readonly command: string;
  readonly request: string;
  readonly data: JsonValue;
  /** It may have been sent before. */
  readonly again: boolean;
}

/** One instance in the hands of a test: what a store and an engine would do, without them. */
export class TripRun {
  readonly broken = new Set<string>();
  readonly plan: SagaPlan;
  readonly sent: Sent[] = [];
  readonly journal: JournalEntry[] = [];
  readonly cancels: string[] = [];
  now = 1_000_000;
  private ids = 0;
  instance: SagaInstance;
  private readonly ports: TurnPorts = {
    newId: () => `id-${(this.ids += 1)}`,
    nameOf: (command) => command.constructor.name,
    message: (command, { request, key = 'trip', again = false }) => ({
      ...{ id: request, channel: 'trips.commands', key, type: command.constructor.name },
      data: JSON.parse(JSON.stringify(command)) as JsonValue,
      ...(again ? { extensions: { again: '1' } } : {}),
    }),
  };

  constructor({ state = {}, plan }: { readonly state?: TripState; readonly plan?: SagaPlan } = {}) {
    this.plan = plan ?? tripPlan(this.broken);
    this.instance = {
      ...{ id: 'trip', name: 'trip', version: 1, hash: 'h', revision: 0, phase: 'running', state: { ...state }, steps: {}, choices: {} },
      ...{ outcomes: 0, entries: 0, origin: { tenant: '' } },
    };
    this.turn((turn) => turn.begin());
  }

  turn<T>(work: (turn: SagaTurn) => T): T {
    const turn = new SagaTurn(this.plan, this.instance, this.ports, this.now);
    const made = work(turn);
    this.instance = turn.result();
    this.journal.push(...turn.draft.journal);
    this.sent.push(
      ...turn.draft.sends.map(({ type, id = '', data, extensions = {} }) => ({
        command: type,
        request: id,
        data,
        again: 'again' in extensions,
      })),
    );
    this.cancels.push(...turn.draft.cancels);
    return made;
  }

  operate(operation: SagaOperation, dryRun = false): SagaOutcome {
    return this.turn((turn) => turn.operate(`op-${this.journal.length}`, { operation, by: 'ann', reason: 'because', dryRun }));
  }

  /** Answers the last command that was sent. */
  answer(outcome: StepOutcome, which = this.sent.at(-1)): void {
    this.turn((turn) => turn.answer({ request: which?.request ?? '', command: which?.command ?? '', outcome }));
  }

  reply(result: JsonValue): void {
    this.answer({ result });
  }

  refuse(code: string): void {
    this.answer({ rejection: { code, message: 'no' } });
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    this.turn((turn) => turn.tick());
  }

  /** Runs the local command that is due. */
  runLocal(outcome: StepOutcome | { readonly fault: string }): void {
    const due = localDue(this.instance, this.now);
    if (due === undefined) throw new Error('No local command is due.');
    this.turn((turn) => {
      if ('fault' in outcome) turn.fault(due.request, outcome.fault);
      else turn.answer({ request: due.request, command: turn.commandOf(due), outcome });
    });
  }
}

/** Where an instance can be when an operation comes, and how it gets there. */
export const SITUATIONS = {
  waiting: (run) => void run,
  'parked, not answered in time': (run) => run.pass(10_000),
  'parked, the answer can not be taken in': (run) => {
    run.broken.add('reply seat');
    run.reply({ seat: 1 });
    run.broken.clear();
  },
  'parked, the command can not be made': (run) => {
    run.broken.add('make room');
    run.reply({ seat: 1 });
    run.broken.clear();
  },
  'the pivot pauses': (run) => {
    run.reply({ seat: 1 });
    run.reply({ room: 2 });
    run.runLocal({ fault: 'no money' });
  },
  'parked at the pivot': (run) => {
    SITUATIONS['the pivot pauses'](run);
    run.pass(1_000);
    run.runLocal({ fault: 'no money' });
  },
  'behind the pivot': (run) => {
    run.reply({ seat: 1 });
    run.reply({ room: 2 });
    run.runLocal({ result: null });
  },
  'parked behind the pivot': (run) => {
    SITUATIONS['behind the pivot'](run);
    run.refuse('ticket.refused');
    run.pass(1_000);
    run.refuse('ticket.refused');
  },
  compensating: (run) => {
    run.reply({ seat: 1 });
    run.refuse('room.none');
  },
  'the compensation pauses': (run) => {
    SITUATIONS.compensating(run);
    run.refuse('seat.gone');
  },
  'parked, the compensation failed': (run) => {
    SITUATIONS['the compensation pauses'](run);
    run.pass(1_000);
    run.refuse('seat.gone');
  },
  'parked, the compensation was not answered': (run) => {
    SITUATIONS.compensating(run);
    run.pass(30_000);
    run.pass(30_000);
  },
  'parked, the compensation can not be made': (run) => {
    run.broken.add('undo seat');
    SITUATIONS.compensating(run);
    run.broken.clear();
  },
  completed: (run) => {
    SITUATIONS['behind the pivot'](run);
    run.reply(null);
  },
  compensated: (run) => {
    SITUATIONS.compensating(run);
    run.reply(null);
  },
} satisfies Record<string, (run: TripRun) => void>;

export type Situation = keyof typeof SITUATIONS;

export function tripAt(situation: Situation): TripRun {
  const run = new TripRun();
  SITUATIONS[situation](run);
  return run;
}
