import type { Command } from '@minos/common';
import type { SagaInstance } from '../contracts/saga-instance.js';
import { saga } from '../definition/saga-builder.js';
import type { SagaPlan } from '../definition/plan.js';
import { Do, DoHere, NO, Participant, SagaWorld, Undo } from './saga-world-kit.js';

type State = Readonly<Record<string, unknown>>;
type AnyCommand = Command<unknown>;
const make = (step: string) => () => new Do(step) as unknown as Command<{ step: string }>;
const undo = (step: string) => (_state: State, reply: unknown) => new Undo(step, reply !== undefined) as unknown as AnyCommand;
const keep = (state: State, reply: { step: string }): State => ({ ...state, [reply.step]: true });

function worldOf(plan: SagaPlan, parent?: SagaInstance['parent']): SagaWorld {
  return new SagaWorld(plan, new Participant(() => 'ok'), parent);
}
const told = ({ journal }: SagaWorld): string[] => journal.map(({ kind, step = '' }) => `${kind} ${step}`.trim());
const sent = ({ commands }: SagaWorld): string[] => commands.map(({ work, request }) => `${work.constructor.name} ${work.step} ${request}`);

/** Lets the participant handle the command that was sent last, and delivers its answer. */
function answer(world: SagaWorld, step: string): void {
  const index = world.commands.findIndex(({ work }) => work.step === step);
  const [command] = world.commands.splice(index, 1);
  if (command !== undefined) world.handle(command);
  for (const one of world.answers.splice(0)) world.deliver(one);
}
function reject(world: SagaWorld, step: string): void {
  const index = world.commands.findIndex(({ work }) => work.step === step);
  const [{ request = '', work = new Do('') } = {}] = world.commands.splice(index, 1);
  world.deliver({ request, command: work.constructor.name, outcome: { rejection: { code: NO, message: 'no' } } });
}

const LINE = saga<State>()
  .step('a')
  .invoke(make('a'))
  .onReply(keep)
  .compensate(undo('a'), { retry: { times: 2 } })
  .timeout('5s', 'compensate')
  .step('b')
  .invoke(make('b'))
  .compensate(undo('b'))
  .build();

describe('a step that was given up', () => {
  it('is taken back by what its late reply says, where that comes before its compensation leaves', () => {
    const plan = saga<State>()
      .parallel('both', (both) =>
        both
          .branch('left', (steps) => steps.step('slow').invoke(make('slow')).compensate(undo('slow')).timeout('1s', 'compensate'))
          .branch('right', (steps) => steps.step('other').invoke(make('other')).compensate(undo('other')).timeout('60s')),
      )
      .build();
    const world = worldOf(plan);
    world.tick();
    expect(world.instance).toMatchObject({ phase: 'compensating', steps: { slow: { status: 'unknown' }, other: { status: 'waiting' } } });
    answer(world, 'slow');
    expect(world.instance.steps['slow']).toMatchObject({ status: 'done', outcome: { result: { step: 'slow' } } });
    answer(world, 'other');
    answer(world, 'other');
    expect(world.commands.map(({ work }) => work)).toEqual([new Undo('slow', true)]);
  });

  it('has nothing to be taken back where it was rejected in the end', () => {
    const world = worldOf(LINE);
    answer(world, 'a');
    world.tick();
    const [late] = world.commands;
    expect(sent(world)).toEqual([expect.stringMatching(/^Do b/), expect.stringMatching(/^Undo b/)]);
    // It is on its way already: this is noted alone.
    world.deliver({ request: late?.request ?? '', command: 'Do', outcome: { rejection: { code: NO, message: 'no' } } });
    expect(world.instance.steps['b']).toMatchObject({ status: 'unknown', undo: { status: 'waiting' } });
    // The compensation is refused: now what is known counts.
    const undoing = world.commands.at(-1)?.request ?? '';
    world.deliver({ request: undoing, command: 'Undo', outcome: { rejection: { code: NO, message: 'no' } } });
    expect(world.instance.steps['b']?.undo?.status).toBe('pausing');
    world.deliver({ request: late?.request ?? '', command: 'Do', outcome: { rejection: { code: NO, message: 'no' } } });
    expect(world.instance.steps['b']).toMatchObject({ status: 'rejected' });
    expect(world.instance.steps['b']).not.toHaveProperty('undo');
    expect(world.commands.at(-1)?.work).toEqual(new Undo('a', true));
  });

  it('is given up, compensated and answered too late: that is noted', () => {
    const world = worldOf(LINE);
    world.tick();
    expect(sent(world)).toEqual(['Do a r1', 'Undo a r2']);
    const [first] = world.commands.splice(0, 1);
    answer(world, 'a');
    expect(world.instance.phase).toBe('compensated');
    if (first !== undefined) world.handle(first);
    for (const one of world.answers.splice(0)) world.deliver(one);
    expect(told(world).slice(-2)).toEqual(['compensated', 'late a']);
    expect(world.participant).toMatchObject({ done: [], undone: [], refused: new Set(['a']) });
  });
});

describe('answers that nobody waits for', () => {
  const forged = { request: 'never', command: 'Do', outcome: { result: null } };

  it('change nothing, and are noted', () => {
    const world = worldOf(LINE);
    const before = world.instance;
    world.deliver(forged);
    world.deliver({ request: 'r1', command: 'Else', outcome: { result: { step: 'b' } } });
    expect(world.instance).toMatchObject({ state: before.state, steps: before.steps, phase: 'running', strays: 2 });
    answer(world, 'a');
    const again = { request: 'r1', command: 'Do', outcome: { result: { step: 'c' } } };
    world.deliver(again);
    expect(world.instance.state).toEqual({ a: true });
    expect(told(world)).toEqual(['started', 'sent a', 'refused', 'refused a', 'replied a', 'sent b', 'late a']);
    expect(world.journal[3]?.data).toEqual({ request: 'r1', command: 'Else', reason: 'the step asked Do' });
  });

  it('fill no journal, also after the end', () => {
    const world = worldOf(LINE);
    answer(world, 'a');
    answer(world, 'b');
    expect(world.instance.phase).toBe('completed');
    const entries = world.journal.length;
    for (let count = 0; count < 100; count += 1) world.deliver(forged);
    for (let count = 0; count < 100; count += 1) world.deliver({ ...forged, request: 'r1' });
    expect(world.journal).toHaveLength(entries + 20);
    let changed = true;
    world.turn((turn) => {
      turn.answer(forged);
      changed = turn.hasChanged;
    }, true);
    expect(changed).toBe(false);
  });
});

describe('a compensation', () => {
  it('that is refused twice in one answer is tried as often as its policy says', () => {
    const world = worldOf(LINE);
    answer(world, 'a');
    reject(world, 'b');
    const request = world.commands.at(-1)?.request ?? '';
    const no = { request, command: 'Undo', outcome: { rejection: { code: NO, message: 'no' } } };
    world.deliver(no);
    const { wakeAt } = world.instance;
    world.now += 100;
    world.deliver(no);
    expect(world.instance.wakeAt).toBe(wakeAt);
    world.tick();
    world.deliver({ ...no, request: world.commands.at(-1)?.request ?? '' });
    expect(world.instance.parked).toMatchObject({ step: 'a', reason: expect.stringContaining('2 times') });
    world.deliver({ ...no, request: world.commands.at(-1)?.request ?? '' });
    expect(told(world).filter((note) => note.startsWith('parked'))).toHaveLength(1);
  });
});

describe('timers', () => {
  it('that were due several times while nothing ran fire once', () => {
    const plan = saga<State>()
      .step('a')
      .invoke(make('a'))
      .noCompensation()
      .timeout('5s', 'retry')
      .retry({ every: '1s', times: 10 })
      .build();
    const world = worldOf(plan);
    world.tick(3_600_000);
    expect(sent(world)).toEqual(['Do a r1', 'Do a r1']);
    expect(world.instance.wakeAt).toBe(world.now + 5_000);
    world.tick();
    expect(world.instance.steps['a']?.attempt).toMatchObject({ number: 3, request: 'r1' });
  });

  it('of what else is due wait until an operator is waited for no more', () => {
    const slow = (name: string) => (steps: Parameters<Parameters<typeof start.parallel>[1]>[0]) =>
      steps.branch(name, (inner) => inner.step(name).invoke(make(name)).noCompensation().timeout('5s', 'park'));
    const start = saga<State>();
    const world = worldOf(start.parallel('both', (both) => slow('b')(slow('a')(both))).build());
    world.tick();
    expect(world.instance.parked?.step).toBe('a');
    expect(world.instance.wakeAt).toBeUndefined();
    answer(world, 'a');
    expect(world.instance.parked).toBeUndefined();
    expect(world.instance.wakeAt).toBeLessThanOrEqual(world.now);
    world.tick();
    expect(world.instance.parked?.step).toBe('b');
    answer(world, 'b');
    expect(world.instance.phase).toBe('completed');
  });
});

describe('a choice', () => {
  const plan = saga<State>()
    .step('first')
    .invoke(make('first'))
    .onReply(keep)
    .noCompensation()
    .choose('way', (way) =>
      way
        .when(
          'left',
          ({ first }) => first !== true,
          (steps) => steps.step('a').invoke(make('a')).noCompensation(),
        )
        .when(
          'right',
          ({ first }) => first === true,
          (steps) =>
            steps
              .step('b')
              .invoke(make('b'))
              .onReply((state) => ({ ...state, first: false }))
              .compensate(undo('b'))
              .step('c')
              .invoke(make('c'))
              .noCompensation(),
        )
        .otherwise('none', (steps) => steps.step('d').invoke(make('d')).noCompensation()),
    )
    .step('last')
    .invoke(make('last'))
    .noCompensation()
    .build();

  it('goes on on the way that it has taken, whatever the state becomes', () => {
    const world = worldOf(plan);
    for (const step of ['first', 'b', 'c', 'last']) answer(world, step);
    expect(world.participant.done).toEqual(['first', 'b', 'c', 'last']);
    expect(world.instance).toMatchObject({ phase: 'completed', choices: { way: 'right' } });
  });

  it('takes back what it did on its way', () => {
    const world = worldOf(plan);
    for (const step of ['first', 'b', 'c']) answer(world, step);
    reject(world, 'last');
    answer(world, 'b');
    expect(world.instance.phase).toBe('compensated');
    expect(world.participant.undone).toEqual(['b']);
  });

  it('whose condition throws waits for an operator', () => {
    const broken = saga<State>()
      .choose('way', (way) =>
        way.when(
          'left',
          () => {
            throw new Error('oh');
          },
          (steps) => steps.step('a').invoke(make('a')).noCompensation(),
        ),
      )
      .build();
    expect(worldOf(broken).instance.parked).toMatchObject({ step: 'way', reason: expect.stringContaining('oh') });
  });
});

describe('steps at once', () => {
  const plan = saga<State>()
    .parallel('all', (all) =>
      all
        .branch('one', (steps) =>
          steps.step('a').invoke(make('a')).onReply(keep).compensate(undo('a')).step('a2').invoke(make('a2')).noCompensation(),
        )
        .branch('two', (steps) => steps.step('b').invoke(make('b')).onReply(keep).compensate(undo('b')))
        .branch('three', (steps) => steps.step('c').invoke(make('c')).onReply(keep).compensate(undo('c'))),
    )
    .build();

  it('are all asked at once, and each answer is taken in by itself', () => {
    const world = worldOf(plan);
    expect(world.commands.map(({ work }) => work.step)).toEqual(['a', 'b', 'c']);
    for (const step of ['c', 'a', 'b', 'a2']) answer(world, step);
    expect(world.instance).toMatchObject({ phase: 'completed', state: { a: true, b: true, c: true } });
  });

  it('are waited for after a rejection, begin nothing new, and are taken back in the reverse order of their outcomes', () => {
    const world = worldOf(plan);
    answer(world, 'c');
    reject(world, 'b');
    expect(world.instance.phase).toBe('compensating');
    expect(world.commands.map(({ work }) => work.step)).toEqual(['a']);
    answer(world, 'a');
    expect(world.commands.map(({ work }) => work)).toEqual([new Undo('a', true)]);
    answer(world, 'a');
    answer(world, 'c');
    expect(world.participant).toMatchObject({ done: ['c', 'a'], undone: ['a', 'c'] });
    expect(world.instance.phase).toBe('compensated');
    expect(world.wrong).toEqual([]);
  });
});

describe('a saga that is a step', () => {
  const parent = { id: 'parent', request: 'child' };
  const plan = saga<State>().step('a').invoke(make('a')).onReply(keep).compensate(undo('a')).build();

  /** What its parent hears of this turn. */
  function heard(world: SagaWorld, request: string): unknown {
    let answers: unknown;
    world.turn((turn) => {
      turn.takeBack(request);
      answers = turn.draft.parentAnswers;
    });
    return answers;
  }

  it('is taken back after it has completed, and says so', () => {
    const world = worldOf(plan, parent);
    answer(world, 'a');
    expect(world.instance.phase).toBe('completed');
    expect(heard(world, 'undo')).toEqual([]);
    expect(world.instance).toMatchObject({ phase: 'compensating', parent: { ...parent, undo: 'undo' } });
    let answers: unknown;
    const [{ request = '' } = {}] = world.commands;
    world.turn((turn) => {
      turn.answer({ request, command: 'Undo', outcome: { result: null } });
      answers = turn.draft.parentAnswers;
    });
    expect(answers).toEqual([{ request: 'undo', outcome: { result: { a: true } } }]);
    expect(world.instance.phase).toBe('compensated');
    expect(heard(world, 'again')).toEqual([{ request: 'again', outcome: { result: { a: true } } }]);
  });

  it('is taken back while it runs, and while it waits for an operator', () => {
    const waiting = saga<State>().step('a').invoke(make('a')).compensate(undo('a')).timeout('5s', 'park').build();
    for (const ticks of [0, 1]) {
      const world = worldOf(waiting, parent);
      for (let count = 0; count < ticks; count += 1) world.tick();
      expect(world.instance.parked === undefined).toBe(ticks === 0);
      heard(world, 'undo');
      expect(world.commands.at(-1)?.work).toEqual(new Undo('a', false));
      world.commands.splice(0, 1);
      answer(world, 'a');
      expect(world.instance.phase).toBe('compensated');
    }
  });

  it('can not be taken back from its pivot on', () => {
    const final = saga<State>()
      .step('a')
      .local(() => new DoHere('a') as unknown as AnyCommand)
      .pivot()
      .build();
    const world = worldOf(final, parent);
    world.runLocal('ok');
    expect(heard(world, 'undo')).toEqual([
      { request: 'undo', outcome: { rejection: expect.objectContaining({ code: 'saga.past-pivot' }) } },
    ]);
    expect(world.instance.phase).toBe('completed');
  });
});
