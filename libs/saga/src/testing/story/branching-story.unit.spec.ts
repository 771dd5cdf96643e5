import { saga } from '../../definition/saga-builder.js';
import { SagaDefinition } from '../../definition/saga-definition.js';
import { Saga } from '../../definition/saga.decorator.js';
import { ReturnMoney, ReturnPieces, TakeMoney, TakePieces } from '../../linear-saga-kit.js';
import { sagaStory } from './saga-story.js';

interface Lot {
  readonly id: string;
  readonly paid?: boolean;
}

@Saga('payment', { version: 1 })
class Payment extends SagaDefinition<Lot> {
  readonly plan = saga<Lot>()
    .step('take-money')
    .invoke(({ id }) => new TakeMoney(id, 1))
    .onReply((state) => ({ ...state, paid: true }))
    .compensate(({ id }) => new ReturnMoney(id))
    .build();
}

@Saga('lot', { version: 1 })
class LotSaga extends SagaDefinition<Lot> {
  readonly plan = saga<Lot>()
    .parallel('both', (branches) =>
      branches
        .branch('one', (steps) =>
          steps
            .step('take-one')
            .invoke(({ id }) => new TakePieces(id, 1))
            .compensate(({ id }) => new ReturnPieces(id, 'one')),
        )
        .branch('two', (steps) =>
          steps
            .step('take-two')
            .invoke(({ id }) => new TakePieces(id, 2))
            .compensate(({ id }) => new ReturnPieces(id, 'two')),
        ),
    )
    .step('pay')
    .saga(Payment, ({ id }) => ({ id }))
    .onReply((state, { paid = false }) => ({ ...state, paid }))
    .noCompensation()
    .build();
}

const begun = async () => {
  const story = sagaStory(LotSaga, { also: [Payment], service: 'shop' });
  await story.start({ id: 'l-1' });
  return story;
};

it('tells commands that leave at once in any order', async () => {
  const story = await begun();
  const two = await story.expectCommand(new TakePieces('l-1', 2));
  const one = await story.expectCommand(new TakePieces('l-1', 1));
  await one.reply({ place: 'x' });
  await story.expectNothing();
  await two.reject('stock.empty', 'none');
  await story.expectCommand(new ReturnPieces('l-1', 'one')).reply();
  await story.expectCompensated();
});

it('tells of a saga that is a step', async () => {
  const story = await begun();
  const one = await story.expectCommand(new TakePieces('l-1', 1));
  const two = await story.expectCommand(new TakePieces('l-1', 2));
  await one.reply({ place: 'x' });
  await two.reply({ place: 'y' });
  const money = await story.expectCommand(new TakeMoney('l-1', 1)).reply({ receipt: 1 });
  await story.expectCompleted({ state: { id: 'l-1', paid: true } });
  expect(await story.text()).toContain('[payment] take-money: its reply is taken in');
  // It has told its parent already.
  await money.reply({ receipt: 1 });
  await story.expectNoted('late', 'take-money');
  await story.expectNothing();
});
