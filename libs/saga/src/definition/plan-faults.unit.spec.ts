import { Command, Event, type MessageClass, Query } from '@minos/common';
import type { SagaPlan } from './plan.js';
import { planFaults, type PlanSurroundings } from './plan-faults.js';
import { saga } from './saga-builder.js';
import { SagaDefinition } from './saga-definition.js';

interface State {
  readonly id: string;
}
@Command('far.do', { owner: 'far' })
class Far extends Command<void, 'far.no'> {}
@Command('far.undo', { owner: 'far' })
class FarUndo extends Command {}
@Command('near.do', { owner: 'near' })
class Near extends Command {}
@Command('near.free')
class Free extends Command {}
@Command('near.lost', { owner: 'near' })
class Lost extends Command {}
@Command('near.begin', { owner: 'near' })
class Begin extends Command<{ sagaId: string }> {}
@Command('far.begin', { owner: 'far' })
class BeginFar extends Command<{ sagaId: string }> {}
@Query('near.ask')
class Ask extends Query<string> {}
@Event('near.happened')
class Happened {}
class Nameless extends Command {}
class NamelessEvent {}
class Strict extends Command {
  constructor(readonly id: string) {
    super();
    if (!/^\d+$/.test(id)) throw new Error('no id');
  }
}
class Plain extends SagaDefinition<State> {
  readonly plan = saga<State>()
    .step('inner')
    .invoke(() => new Far())
    .noCompensation()
    .build();
}
class Final extends SagaDefinition<State> {
  readonly plan = saga<State>()
    .step('inner')
    .invoke(() => new Far())
    .pivot()
    .build();
}
class Strange extends Plain {}

const start = () => saga<State>();
const far = (name = 'a') =>
  start()
    .step(name)
    .invoke(() => new Far());
const SURROUNDINGS: PlanSurroundings = {
  service: 'near',
  handled: new Set(['near.do', 'near.free']),
  sagas: new Map<MessageClass, SagaPlan | undefined>([
    [Plain, new Plain().plan],
    [Final, new Final().plan],
  ]),
};

/** What types refuse is written in JavaScript. */
type Loose = Record<string, (...given: readonly unknown[]) => Loose>;
const loose = (builder: object): Loose => builder as Loose;
const built = (builder: Loose | undefined): SagaPlan => builder?.['build']?.() as unknown as SagaPlan;
const plan = (builder: { build(): SagaPlan<State> }): SagaPlan => builder.build();
const state = (given: State): State => given;
const sender = (make: () => object): SagaPlan => built(loose(loose(start().step('a'))['invoke']?.(make) as object)['noCompensation']?.());

const WRONG: readonly (readonly [what: string, plan: SagaPlan | undefined, faults: readonly string[]])[] = [
  ['no plan', undefined, ['@Saga on Thing: it has no plan. Write readonly plan = saga<State>()…build();']],
  ['no step', plan(start()), ["@Saga on Thing: its plan has no step. Add one: .step('reserve').invoke((state) => new Reserve(…))."]],
  [
    'a policy before any step',
    built(
      loose(loose(start())['onReply']?.(state) as object)
        ['step']?.('a')
        ['invoke']?.(() => new Far())
        ['noCompensation']?.(),
    ),
    ["Thing, .onReply stands behind no step. Write it behind the .step('…').invoke(…) that it is about."],
  ],
  [
    'a policy behind a choice',
    built(
      loose(
        start()
          .choose('way', (way) => way.otherwise('b', () => undefined))
          .step('a')
          .invoke(() => new Far())
          .noCompensation()
          .choose('more', (way) => way.otherwise('b', () => undefined)),
      )['pivot']?.(),
    ),
    ["Thing, .pivot stands behind no step. Write it behind the .step('…').invoke(…) that it is about."],
  ],
  [
    'a policy in front of what the step does',
    built(
      loose(start().step('a'))
        ['noCompensation']?.()
        ['invoke']?.(() => new Far()),
    ),
    ['Thing, step "a": .compensate stands in front of what it does. Write .invoke(…), .local(…) or .saga(…) first.'],
  ],
  [
    'a step that does nothing',
    built(
      loose(start().step('a'))
        ['step']?.('b')
        ['invoke']?.(() => new Far())
        ['noCompensation']?.(),
    ),
    [
      'Thing, step "a": it does nothing. Write .invoke((state) => new TheCommand(…)), .local(…) or .saga(…) behind it.',
      'Thing, step "a": it does not say how it is taken back. Write .compensate((state) => new Undo(…)) or .noCompensation().',
    ],
  ],
  [
    'a step that does two things',
    built(loose(far().noCompensation())['local']?.(() => new Near())),
    ['Thing, step "a": .local is there although it does something else already. Keep one.'],
  ],
  ['a policy twice', plan(far().noCompensation().timeout('1s').timeout('2s')), ['Thing, step "a": .timeout is there twice. Keep one.']],
  [
    'a rejection twice',
    plan(far().noCompensation().onRejection('far.no', state).onRejection('far.no', state)),
    ['Thing, step "a": .onRejection(\'far.no\') is there twice. Keep one.'],
  ],
  [
    'no time',
    built(loose(far().noCompensation())['timeout']?.('soon')),
    ['Thing, step "a": .timeout has "soon", which is no time to wait. Write milliseconds or, for example, \'30s\'.'],
  ],
  [
    'no tries',
    plan(far().noCompensation().retry({ times: 0 })),
    ['Thing, step "a": .retry has the times 0. Write a whole number from 1, or forever: true alone.'],
  ],
  [
    'tries with and without an end',
    plan(far().noCompensation().retry({ times: 3, forever: true })),
    ['Thing, step "a": .retry has the times 3 and forever. Write a whole number from 1, or forever: true alone.'],
  ],
  [
    'pauses that shrink',
    plan(far().noCompensation().retry({ every: '5s', longest: '1s' })),
    ['Thing, step "a": .retry has a longest pause that is shorter than the first. Write longest: \'…\' of at least 5000 ms.'],
  ],
  [
    'a hook twice',
    plan(
      far()
        .noCompensation()
        .onCompleted(() => undefined)
        .onCompleted(() => undefined),
    ),
    ['Thing, .onCompleted is there twice. Keep one.'],
  ],
  [
    'a name twice',
    plan(
      far()
        .noCompensation()
        .step('a')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    ['Thing, step "a": the name is there twice. Its record is kept under it: give one of them another name.'],
  ],
  [
    'a name twice, once in a branch',
    plan(
      far()
        .noCompensation()
        .choose('way', (way) =>
          way.otherwise('b', (steps) =>
            steps
              .step('a')
              .invoke(() => new Far())
              .noCompensation(),
          ),
        ),
    ),
    ['Thing, step "a": the name is there twice. Its record is kept under it: give one of them another name.'],
  ],
  ...['two words', '__proto__', 'constructor', ''].map(
    (name) =>
      [
        `the name "${name}"`,
        plan(far(name).noCompensation()),
        [`Thing, step "${name}": that is no durable name. Use letters, digits, dashes and dots.`],
      ] as const,
  ),
  [
    'a choice without ways',
    plan(
      far()
        .noCompensation()
        .choose('way', () => undefined),
    ),
    ['Thing, choice "way": it has no branch. Write .when(\'name\', (state) => …, (steps) => …).'],
  ],
  [
    'nothing at once',
    plan(
      far()
        .noCompensation()
        .parallel('all', () => undefined),
    ),
    ['Thing, parallel "all": it has no branch. Write .branch(\'name\', (steps) => …).'],
  ],
  [
    'a branch twice',
    plan(
      far()
        .noCompensation()
        .choose('way', (way) =>
          way
            .when(
              'b',
              () => true,
              () => undefined,
            )
            .otherwise('b', () => undefined),
        ),
    ),
    ['Thing, choice "way": the branch "b" is there twice. What was chosen is kept under it: give one of them another name.'],
  ],
  [
    'a branch without a name',
    plan(
      far()
        .noCompensation()
        .choose('way', (way) => way.otherwise('', () => undefined)),
    ),
    ['Thing, choice "way": the branch "" has no durable name. Use letters, digits, dashes and dots.'],
  ],
  [
    'a way that is never taken',
    plan(
      far()
        .noCompensation()
        .choose('way', (way) =>
          way
            .otherwise('b', () => undefined)
            .when(
              'c',
              () => true,
              () => undefined,
            ),
        ),
    ),
    ['Thing, choice "way": the branch "c" stands behind .otherwise(…), so it is never taken. Put it in front.'],
  ],
  [
    'a command that can not be found out',
    sender(() => new Strict('x')),
    [
      'Thing, step "a": which command it makes could not be found out by trying. Name its class: .invoke(TheCommand, (state) => new TheCommand(…)).',
    ],
  ],
  [
    'a command without a name',
    sender(() => new Nameless()),
    ["Thing, step \"a\": Nameless has no durable name. Write @Command('…', { owner: 'near' }) on it."],
  ],
  ['a query', sender(() => new Ask()), ['Thing, step "a": Ask is no command but of the kind query.']],
  [
    'a command that nobody owns',
    sender(() => new Free()),
    ["Thing, step \"a\": nobody owns near.free. Write @Command('near.free', { owner: 'the-service' })."],
  ],
  [
    'a command of this service without a handler',
    sender(() => new Lost()),
    ['Thing, step "a": nobody handles near.lost here. Add a provider with @CommandHandler(Lost).'],
  ],
  [
    'a local command of another service',
    plan(
      start()
        .step('a')
        .local(() => new Far())
        .noCompensation(),
    ),
    ['Thing, step "a": far.do is owned by far, and this service is near. Use .invoke(…) instead of .local(…).'],
  ],
  [
    'a local command without a handler',
    plan(
      start()
        .step('a')
        .local(() => new Lost())
        .noCompensation(),
    ),
    ['Thing, step "a": nobody handles near.lost here. Add a provider with @CommandHandler(Lost).'],
  ],
  [
    'a step that is not taken back',
    plan(
      far()
        .step('b')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    ['Thing, step "a": it does not say how it is taken back. Write .compensate((state) => new Undo(…)) or .noCompensation().'],
  ],
  [
    'a compensation that can not be found out',
    plan(far().compensate(() => new Strict('x'))),
    [
      'Thing, step "a": which command its compensation makes could not be found out by trying. Name its class: .compensate(TheCommand, (state) => new TheCommand(…)).',
    ],
  ],
  [
    'a compensation without a name',
    plan(far().compensate(() => new Nameless())),
    ["Thing, step \"a\": its compensation: Nameless has no durable name. Write @Command('…', { owner: 'near' }) on it."],
  ],
  [
    'a compensation of a local step that another service has',
    plan(
      start()
        .step('a')
        .local(() => new Near())
        .compensate(() => new FarUndo()),
    ),
    ['Thing, step "a": its compensation: far.undo is owned by far, and this service is near. Use .invoke(…) instead of .local(…).'],
  ],
  [
    'two pivots, and a step before them that says nothing',
    plan(
      far()
        .step('b')
        .invoke(() => new Far())
        .pivot()
        .step('c')
        .invoke(() => new Far())
        .pivot(),
    ),
    [
      'Thing, step "a": it does not say how it is taken back. Write .compensate((state) => new Undo(…)) or .noCompensation().',
      'Thing: "b" and "c" are both its pivot. Only one step can be.',
    ],
  ],
  [
    'two pivots',
    plan(
      far()
        .pivot()
        .step('b')
        .invoke(() => new Far())
        .pivot(),
    ),
    ['Thing: "a" and "b" are both its pivot. Only one step can be.'],
  ],
  [
    'a pivot in a branch',
    plan(
      start().choose('way', (way) =>
        way.otherwise('b', (steps) =>
          steps
            .step('a')
            .invoke(() => new Far())
            .pivot(),
        ),
      ),
    ),
    ['Thing, step "a": the pivot is inside of a branch, which another branch does not see. Put it behind them.'],
  ],
  [
    'a pivot that is compensated',
    plan(
      far()
        .pivot()
        .timeout('1s', 'compensate')
        .compensate(() => new FarUndo()),
    ),
    [
      "Thing, step \"a\": the pivot is never compensated. Write .timeout(…, 'retry') or 'park'.",
      'Thing, step "a": from the pivot on nothing is compensated. Take .compensate(…) or .noCompensation() away.',
    ],
  ],
  [
    'policies behind the pivot that never come to pass',
    plan(
      far()
        .pivot()
        .step('b')
        .invoke(() => new Far())
        .noCompensation()
        .timeout('1s', 'compensate')
        .onRejection('far.no', state),
    ),
    [
      'Thing, step "b": from the pivot on nothing is compensated. Take .compensate(…) or .noCompensation() away.',
      "Thing, step \"b\": behind the pivot nothing is compensated. Write .timeout(…, 'retry') or 'park'.",
      'Thing, step "b": behind the pivot a rejection is tried again, not compensated. Write .continueOn(\'far.no\', …) or take .onRejection away.',
    ],
  ],
  [
    'no saga as a step',
    built(loose(start().step('a'))['saga']?.(undefined, state)),
    ['Thing, step "a": it names no saga. Write .saga(TheSaga, (state) => …).'],
  ],
  [
    'a saga that is not there',
    plan(start().step('a').saga(Strange, state)),
    ['Thing, step "a": Strange is no saga of this service. Add it: MinosModule.forFeature({ sagas: [Strange] }).'],
  ],
  [
    'a saga with a pivot that has to take itself back',
    plan(start().step('a').saga(Final, state)),
    ['Thing, step "a": Final has a pivot, behind which it does not take itself back. Write .compensate((state) => new Undo(…)).'],
  ],
  [
    'a saga with a pivot that is given up',
    plan(
      start()
        .step('a')
        .saga(Final, state)
        .compensate(() => new FarUndo())
        .timeout('1s', 'compensate'),
    ),
    ['Thing, step "a": Final has a pivot and can not be given up. Write .timeout(…, \'park\'), or no time at all.'],
  ],
  [
    'a saga that is begun twice',
    plan(start().step('a').saga(Plain, state).timeout('1s', 'retry')),
    ["Thing, step \"a\": another saga is not begun twice. Write .timeout(…, 'park') or 'compensate', or no time at all."],
  ],
  [
    'an event without a name',
    plan(
      start()
        .startedBy(NamelessEvent, () => ({ id: '' }))
        .step('a')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    ["Thing, .startedBy(NamelessEvent, …): NamelessEvent has no durable name. Write @Event('…') on it."],
  ],
  [
    'a command instead of an event',
    plan(
      start()
        .startedBy(Near, () => ({ id: '' }))
        .step('a')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    ['Thing, .startedBy(Near, …): Near is no event but of the kind command.'],
  ],
  [
    'an event twice',
    plan(
      start()
        .startedBy(Happened, () => ({ id: '' }))
        .startedBy(Happened, () => ({ id: '1' }))
        .step('a')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    ['Thing, .startedBy(Happened, …): it is there twice. Keep one; the state is made of the message alone.'],
  ],
  [
    'a command of another service',
    plan(
      start()
        .startedByCommand(BeginFar, () => ({ id: '' }))
        .step('a')
        .invoke(() => new Far())
        .noCompensation(),
    ),
    [
      'Thing, .startedByCommand(BeginFar, …): far.begin is owned by far, and this service is near. Let far handle it, or be asked by it with a command of near.',
    ],
  ],
  [
    'a hook with a command that nobody owns',
    plan(
      far()
        .noCompensation()
        .onParked(() => new Free()),
    ),
    ["Thing, .onParked(…): nobody owns near.free. Write @Command('near.free', { owner: 'the-service' })."],
  ],
];

it.each(WRONG)('%s is told with its cure', (_what, given, faults) => {
  expect(planFaults('Thing', given, SURROUNDINGS)).toEqual(faults);
});

it('has nothing to say of what is right', () => {
  const right = start()
    .startedBy(Happened, () => ({ id: '' }))
    .startedByCommand(Begin, () => ({ id: '' }))
    .onCompensated(() => undefined)
    .step('a')
    .invoke(Far, () => new Far())
    .compensate(FarUndo, () => new FarUndo())
    .step('b')
    .local(() => new Free())
    .compensate(() => new Near())
    .step('c')
    .saga(Plain, state)
    .step('d')
    .saga(Final, state)
    .compensate(() => new FarUndo())
    .timeout('1s', 'park')
    .step('e')
    .invoke(() => new Far())
    .pivot()
    .step('f')
    .invoke(() => new Far())
    .continueOn('far.no')
    .timeout('1s', 'park')
    .choose('way', (way) =>
      way
        .when(
          'b',
          () => true,
          () => undefined,
        )
        .otherwise('c', (steps) => steps.step('g').saga(Final, state)),
    );
  expect(planFaults('Thing', plan(right), SURROUNDINGS)).toEqual([]);
});
