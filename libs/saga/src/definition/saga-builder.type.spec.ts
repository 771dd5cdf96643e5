import { Command, Event, type Rejection } from '@minos/common';
import type { SagaPlan } from './plan.js';
import { saga } from './saga-builder.js';
import type { StateOf } from './saga-builder.types.js';
import { SagaDefinition } from './saga-definition.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Ends = 'build' | 'onCompleted' | 'onCompensated' | 'onParked';
type Has<T, K extends string> = Extract<keyof T, K> extends never ? false : true;
const holds = <T extends true>(value?: T): T | undefined => value;

interface State {
  readonly orderId: string;
  readonly total: number;
  readonly reason?: string;
}

@Event('type.order-placed')
class OrderPlaced {
  constructor(readonly orderId: string) {}
}
@Command('type.reserve', { owner: 'stock' })
class Reserve extends Command<{ total: number }, 'stock.insufficient' | 'stock.unknown'> {
  constructor(readonly orderId: string) {
    super();
  }
}
@Command('type.release', { owner: 'stock' })
class Release extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}
@Command('type.begin', { owner: 'order' })
class Begin extends Command<{ sagaId: string }> {
  constructor(readonly orderId: string) {
    super();
  }
}
@Command('type.other', { owner: 'order' })
class Other extends Command<{ id: string }> {}

class Child extends SagaDefinition<{ readonly weight: number }> {
  readonly plan = saga<{ readonly weight: number }>()
    .step('pack')
    .invoke(() => new Release('1'))
    .noCompensation()
    .build();
}

const step = () =>
  saga<State>()
    .step('reserve')
    .invoke(({ orderId }) => new Reserve(orderId));

describe('types of the saga builder', () => {
  it('know the state in every function', () => {
    const plan = saga<State>()
      .startedBy(
        OrderPlaced,
        (event) => {
          holds<Equal<typeof event, OrderPlaced>>();
          return { orderId: event.orderId, total: 0 };
        },
        { key: (event) => event.orderId },
      )
      .step('reserve')
      .invoke((state) => {
        holds<Equal<typeof state, Readonly<State>>>();
        return new Reserve(state.orderId);
      })
      .onReply((state, reply) => {
        holds<Equal<typeof state, Readonly<State>>>();
        holds<Equal<typeof reply, { total: number }>>();
        return { ...state, total: reply.total };
      })
      .onRejection('stock.insufficient', (state, rejection) => {
        holds<Equal<typeof state, Readonly<State>>>();
        holds<Equal<typeof rejection, Rejection<'stock.insufficient'>>>();
        return { ...state, reason: rejection.message };
      })
      .continueOn('stock.unknown', (state, rejection) => {
        holds<Equal<typeof state, Readonly<State>>>();
        holds<Equal<typeof rejection, Rejection<'stock.unknown'>>>();
        return { ...state, reason: rejection.code };
      })
      .compensate((state, reply) => {
        holds<Equal<typeof state, Readonly<State>>>();
        holds<Equal<typeof reply, { total: number } | undefined>>();
        return new Release(`${state.orderId} ${reply?.total}`);
      })
      .choose('way', (way) =>
        way.when(
          'big',
          (state) => {
            holds<Equal<typeof state, Readonly<State>>>();
            return state.total > 10;
          },
          (steps) =>
            steps
              .step('more')
              .local((state) => new Release(state.orderId))
              .noCompensation(),
        ),
      )
      .onCompleted((state) => {
        holds<Equal<typeof state, Readonly<State>>>();
        return state.total > 0 ? new Release(state.orderId) : undefined;
      })
      .onCompensated(({ orderId }) => new Release(orderId))
      .onParked(() => undefined)
      .build();
    holds<Equal<typeof plan, SagaPlan<State>>>();
    expect(plan.faults).toEqual([]);
  });

  it('refuse what the command does not answer', () => {
    // @ts-expect-error: no such code
    step().onRejection('stock.insuficient', (state) => state);
    // @ts-expect-error: no such code
    step().continueOn('money.short');
    // @ts-expect-error: no such field
    step().onReply((state, reply) => ({ ...state, total: reply.sum }));
    // @ts-expect-error: another state
    step().onReply(() => ({ orderId: 1 }));
    // @ts-expect-error: another state
    step().continueOn('stock.unknown', () => ({ total: 1 }));
    // @ts-expect-error: another state
    step().onRejection('stock.unknown', (_state, { message }) => message);
    // @ts-expect-error: the state is read only
    step().onReply((state) => ((state.total = 1), state));
    expect(step().build().nodes).toHaveLength(1);
  });

  it('refuse a compensation that takes the reply for granted, or is no command', () => {
    // @ts-expect-error: it may be unknown whether the step happened
    step().compensate((state, reply) => new Release(`${state.orderId} ${reply.total}`));
    // @ts-expect-error: no command
    step().compensate(({ orderId }) => orderId);
    // @ts-expect-error: no command
    step().compensate(() => undefined);
    const named = step().compensate(Release, ({ orderId }, reply) => new Release(`${orderId} ${reply?.total}`), { timeout: '5s' });
    // @ts-expect-error: it makes another one than it says
    step().compensate(Reserve, ({ orderId }) => new Release(orderId));
    expect(named.build().nodes).toMatchObject([{ compensation: { command: Release, timeoutMs: 5_000 } }]);
  });

  it('refuse policies that there are not', () => {
    // @ts-expect-error: no such policy
    step().timeout('30s', 'ignore');
    // @ts-expect-error: no duration
    step().timeout('soon');
    // @ts-expect-error: no such field
    step().retry({ each: '1s' });
    expect(step().timeout('30s', 'park').retry({ every: '1s', forever: true }).pivot().build().nodes).toHaveLength(1);
  });

  it('let nothing but an action follow a step, and nothing of a step stand in front of it', () => {
    const begin = saga<State>();
    holds<Equal<Has<typeof begin, 'onReply' | 'compensate' | 'timeout' | 'pivot'>, false>>();
    const named = begin.step('a');
    holds<Equal<keyof typeof named, 'invoke' | 'local' | 'saga'>>();
    const done = named.invoke(({ orderId }) => new Reserve(orderId));
    // How it begins is said before its first step.
    holds<Equal<Has<typeof done, 'startedBy' | 'startedByCommand'>, false>>();
    expect(done.noCompensation().build().faults).toEqual([]);
  });

  it('begin with the state alone', () => {
    // @ts-expect-error: the total is missing
    saga<State>().startedBy(OrderPlaced, ({ orderId }) => ({ orderId }));
    // @ts-expect-error: another state
    saga<State>().startedBy(OrderPlaced, () => 'x');
    // @ts-expect-error: no such field
    saga<State>().startedBy(OrderPlaced, ({ id }) => ({ orderId: id, total: 0 }));
    // @ts-expect-error: a key is text
    saga<State>().startedBy(OrderPlaced, ({ orderId }) => ({ orderId, total: 0 }), { key: () => 7 });
    const begun = saga<State>().startedByCommand(Begin, ({ orderId }) => ({ orderId, total: 0 }), { key: ({ orderId }) => orderId });
    // @ts-expect-error: whoever sends it waits for something else
    saga<State>().startedByCommand(Other, () => ({ orderId: '', total: 0 }));
    // @ts-expect-error: an event answers nothing
    saga<State>().startedByCommand(OrderPlaced, () => ({ orderId: '', total: 0 }));
    expect(begun.build().starts).toHaveLength(1);
  });

  it('end at the top alone', () => {
    const plan = saga<State>()
      .choose('way', (way) =>
        way.otherwise('yes', (steps) => {
          holds<Equal<Has<typeof steps, Ends>, false>>();
          const inner = steps.step('a').invoke(({ orderId }) => new Release(orderId));
          holds<Equal<Has<typeof inner, Ends>, false>>();
          return inner.noCompensation();
        }),
      )
      .parallel('both', (both) =>
        both.branch('one', (steps) => {
          holds<Equal<Has<typeof steps, Ends>, false>>();
          const inner = steps.step('b').invoke(({ orderId }) => new Release(orderId));
          holds<Equal<Has<typeof inner, Ends>, false>>();
          return inner.noCompensation();
        }),
      );
    holds<Equal<Has<typeof plan, 'build'>, true>>();
    expect(plan.build().nodes).toHaveLength(2);
  });

  it('know the state of a saga that is a step', () => {
    holds<Equal<StateOf<Child>, { readonly weight: number }>>();
    const plan = saga<State>()
      .step('ship')
      .saga(Child, ({ total }) => ({ weight: total }))
      .onReply((state, reply) => {
        holds<Equal<typeof reply, { readonly weight: number }>>();
        return { ...state, total: reply.weight };
      })
      .onRejection('saga.compensated', (state, { message }) => ({ ...state, reason: message }))
      .build();
    const ship = saga<State>().step('ship');
    // @ts-expect-error: another state
    ship.saga(Child, ({ orderId }) => ({ weight: orderId }));
    // @ts-expect-error: no saga
    ship.saga(Release, () => ({ weight: 1 }));
    const child = ship.saga(Child, () => ({ weight: 1 }));
    // @ts-expect-error: another saga is compensated, and nothing else
    child.continueOn('stock.unknown');
    expect(plan.nodes).toHaveLength(1);
  });
});
