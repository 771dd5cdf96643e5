import { ConfirmBasket, Purchase, RefuseBasket, TakeMoney, TakePieces } from '../../linear-saga-kit.js';
import { sagaStory } from './saga-story.js';

/** Never runs: it only has to compile. */
export async function whatCanBeTold(): Promise<void> {
  const story = sagaStory(Purchase);
  await story.start({ basketId: 'b-1', pieces: 1, price: 1 });
  await story.expectCommand(new TakePieces('b-1', 1)).reply({ place: 'x' });
  await story.expectCommand(new TakePieces('b-1', 1)).reject('stock.empty', 'none');
  await story.expectCommand(new RefuseBasket('b-1', 'x')).reply();
  await story.expectLocal(new ConfirmBasket('b-1')).succeeds();
  await story.expectLocal(new ConfirmBasket('b-1')).rejects('basket.gone', 'x');

  // @ts-expect-error a state of another saga
  await story.start({ basketId: 1 });
  // @ts-expect-error the reply of another command
  await story.expectCommand(new TakePieces('b-1', 1)).reply({ receipt: 1 });
  // @ts-expect-error a reply that is missing
  await story.expectCommand(new TakeMoney('b-1', 1)).reply();
  // @ts-expect-error a reply to a command that has none
  await story.expectLocal(new ConfirmBasket('b-1')).succeeds(1);
  // @ts-expect-error a code that the command does not know
  await story.expectCommand(new TakePieces('b-1', 1)).reject('money.short', 'none');
  // @ts-expect-error a state that the saga does not have
  await story.expectCompleted({ state: { basketId: 'b-1' } });
}

it('lets stories be told of what commands say', () => expect(whatCanBeTold).toBeInstanceOf(Function));
