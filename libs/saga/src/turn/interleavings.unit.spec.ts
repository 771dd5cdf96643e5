import fc from 'fast-check';
import { saga } from '../definition/saga-builder.js';
import { planFaults } from '../definition/plan-faults.js';
import { type SagaPlan, stepsOf } from '../definition/plan.js';
import { Do, DoHere, NO, Participant, SagaWorld, Undo, undoable, UndoHere, type Wish } from './saga-world-kit.js';

type Policy = 'retry' | 'compensate' | 'park';
interface StepShape {
  readonly kind: 'step';
  readonly local: boolean;
  readonly undo: boolean;
  readonly goesOn: boolean;
  readonly policy: Policy | undefined;
}
interface ForkShape {
  readonly kind: 'choose' | 'parallel';
  readonly taken: number;
  readonly branches: readonly (readonly NodeShape[])[];
}
type NodeShape = StepShape | ForkShape;
interface PlanShape {
  readonly before: readonly NodeShape[];
  readonly after: readonly NodeShape[] | undefined;
}

const stepShape: fc.Arbitrary<StepShape> = fc.record({
  kind: fc.constant('step' as const),
  local: fc.boolean(),
  undo: fc.boolean(),
  goesOn: fc.boolean(),
  policy: fc.constantFrom<Policy | undefined>('retry', 'compensate', 'park', undefined),
});
const { node } = fc.letrec<{ node: NodeShape; fork: ForkShape }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, stepShape, tie('fork')),
  fork: fc.record({
    kind: fc.constantFrom('choose' as const, 'parallel' as const),
    taken: fc.nat(3),
    branches: fc.array(fc.array(tie('node'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  }),
}));
const planShape: fc.Arbitrary<PlanShape> = fc.record({
  before: fc.array(node, { minLength: 1, maxLength: 3 }),
  after: fc.option(fc.array(node, { maxLength: 2 }), { nil: undefined }),
});

type State = Readonly<Record<string, number>>;
/** The builder without the types that only fit plans that are written by hand. */
type Loose = Record<string, (...given: readonly unknown[]) => Loose>;

class Writer {
  private count = 0;
  isBehindPivot = false;

  write(steps: Loose, nodes: readonly NodeShape[]): Loose {
    return nodes.reduce((builder, shape) => (shape.kind === 'step' ? this.step(builder, shape) : this.fork(builder, shape)), steps);
  }

  step(steps: Loose, { local, undo, goesOn, policy }: StepShape): Loose {
    const name = `s${(this.count += 1)}`;
    const made = { do: local ? new DoHere(name) : new Do(name), undo: local ? UndoHere : Undo };
    let step = steps['step']?.(name)[local ? 'local' : 'invoke']?.(made.do.constructor, () => made.do) as Loose;
    step = step['onReply']?.((state: State) => ({ ...state, [name]: (state[name] ?? 0) + 1 })) as Loose;
    if (goesOn) step = step['continueOn']?.(NO) as Loose;
    const allowed = this.isBehindPivot && policy === 'compensate' ? 'retry' : policy;
    if (allowed !== undefined) step = step['timeout']?.('5s', allowed) as Loose;
    step = step['retry']?.({ every: '1s', times: 3 }) as Loose;
    if (this.isBehindPivot) return step;
    if (!undo) return step['noCompensation']?.() as Loose;
    return step['compensate']?.(made.undo, (_state: State, reply: unknown) => new made.undo(name, reply !== undefined), {
      retry: { times: 3 },
      timeout: '5s',
    }) as Loose;
  }

  private fork(steps: Loose, { kind, taken, branches }: ForkShape): Loose {
    const name = `f${(this.count += 1)}`;
    return steps[kind]?.(name, (fork: Loose) => {
      branches.forEach((nodes, index) => {
        const write = (inner: Loose): Loose => this.write(inner, nodes);
        if (kind === 'parallel') fork['branch']?.(`b${index}`, write);
        else fork['when']?.(`b${index}`, () => index === taken, write);
      });
    }) as Loose;
  }
}

function planOf({ before, after }: PlanShape): SagaPlan {
  const writer = new Writer();
  let steps = writer.write(saga<State>() as unknown as Loose, before);
  if (after !== undefined) {
    writer.isBehindPivot = true;
    steps = writer.step(steps, { kind: 'step', local: false, undo: false, goesOn: false, policy: 'retry' })['pivot']?.() as Loose;
    steps = writer.write(steps, after);
  }
  return steps['build']?.() as unknown as SagaPlan;
}

/** Numbers that decide; at their end everything goes well, as it does in the end. */
class Tape {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}
  get isOver(): boolean {
    return this.at >= this.numbers.length;
  }
  /** A number from 0 to `below` - 1. */
  next(below: number): number {
    return (this.numbers[this.at++] ?? 0) % below;
  }
}

const WISHES: readonly Wish[] = ['ok', 'ok', 'ok', 'no', 'fault'];
const numbers = (maxLength: number): fc.Arbitrary<number[]> => fc.array(fc.nat(1000), { maxLength, size: 'medium' });

function wishOf(tape: Tape): Wish {
  return tape.isOver ? 'ok' : (WISHES[tape.next(WISHES.length)] ?? 'ok');
}

/** One thing that can happen, by chance. */
function happen(world: SagaWorld, tape: Tape, wishes: Tape): void {
  const crash = tape.next(4) === 1;
  const { commands, answers, old } = world;
  switch (tape.next(7)) {
    case 0:
    case 1: {
      // In any order, and what was handled is handled again.
      const index = tape.next(Math.max(1, commands.length));
      const command = commands[index];
      if (command === undefined) return;
      world.handle(command);
      if (tape.next(3) > 0) commands.splice(index, 1);
      return;
    }
    case 2:
    case 3: {
      const index = tape.next(Math.max(1, answers.length));
      const answer = answers[index];
      if (answer === undefined) return;
      world.deliver(answer, crash);
      if (!crash) old.push(...answers.splice(index, 1));
      return;
    }
    case 4: {
      const answer = old[tape.next(Math.max(1, old.length))];
      if (answer === undefined) return;
      const forged = tape.next(2) === 0 ? { ...answer, request: `forged ${answer.request}` } : { ...answer, command: 'Else' };
      return world.deliver(tape.next(3) === 0 ? forged : answer, crash);
    }
    case 5:
      return world.runLocal(wishOf(wishes), crash);
    default:
      return world.tick(tape.next(3) * 7_000, crash);
  }
}

/** Whatever is under way comes, in the end. Resolves with whether it came to an end. */
function settle(world: SagaWorld, wishes: Tape): void {
  for (let round = 0; round < 300; round += 1) {
    for (const command of world.commands.splice(0)) world.handle(command);
    for (const answer of world.answers.splice(0)) world.deliver(answer);
    while (world.localDue !== undefined && !world.ended) world.runLocal(wishOf(wishes));
    if (world.commands.length + world.answers.length > 0) continue;
    if (world.ended || world.instance.parked !== undefined) return;
    if (world.instance.wakeAt === undefined) return;
    world.tick();
  }
}

function run(plan: SagaPlan, happenings: readonly number[], wishing: readonly number[]): SagaWorld {
  const [tape, wishes] = [new Tape(happenings), new Tape(wishing)];
  const world = new SagaWorld(plan, new Participant(() => (wishOf(wishes) === 'ok' ? 'ok' : 'no')));
  while (!tape.isOver) happen(world, tape, wishes);
  settle(world, wishes);
  return world;
}

const times = (list: readonly string[], one: string): number => list.filter((other) => other === one).length;

function checkEnd(world: SagaWorld): void {
  const { instance, plan, participant, journal } = world;
  const { phase, steps, parked, state } = instance;
  const note = JSON.stringify({ instance, journal });
  expect({ wrong: world.wrong, note: world.wrong.length > 0 ? note : '' }).toEqual({ wrong: [], note: '' });
  if (parked !== undefined) expect(parked.reason).toMatch(/times|tries/);
  else expect([phase, phase === 'running' || phase === 'compensating' ? note : '']).toEqual([expect.stringMatching(/^comp.*ed$/), '']);
  for (const [name, count] of Object.entries(state as State)) expect([name, count]).toEqual([name, 1]);
  for (const { name } of stepsOf(plan.nodes)) {
    const record = steps[name];
    if (phase === 'completed' && record !== undefined) expect([name, record.status]).toEqual([name, expect.stringMatching(/done|passed/)]);
    if (record?.status === 'done') expect([name, times(participant.done, name)]).toEqual([name, 1]);
    if (phase !== 'compensated') continue;
    const isDue = ['done', 'unknown'].includes(record?.status ?? '') && undoable(plan).has(name);
    expect([name, record?.undo?.status === 'done']).toEqual([name, isDue]);
    if (isDue) expect([name, times(participant.undone, name)]).toEqual([name, times(participant.done, name)]);
    if (!isDue && undoable(plan).has(name)) expect([name, times(participant.done, name), note]).toEqual([name, 0, note]);
  }
}

describe('a saga, whatever comes in whatever order', () => {
  it('ends completed or compensated, or waits for an operator where its policies say so; what was done is taken back once, the last first', () => {
    const ends = { completed: 0, compensated: 0, parked: 0 };
    const property = fc.property(planShape, numbers(160), numbers(60), (shape, happenings, wishing) => {
      const plan = planOf(shape);
      expect(planFaults('Any', plan, { service: 'other', handled: undefined }).filter((fault) => !/durable name/.test(fault))).toEqual([]);
      const world = run(plan, happenings, wishing);
      checkEnd(world);
      ends[world.instance.parked ? 'parked' : (world.instance.phase as 'completed')] += 1;
    });
    fc.assert(property, { numRuns: 1_000 });
    // Chance has led to each of them.
    expect(Object.entries(ends).filter(([, count]) => count === 0)).toEqual([]);
  });
});
