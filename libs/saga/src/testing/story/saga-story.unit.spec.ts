import { ConfirmBasket, Purchase, RefuseBasket, ReturnMoney, ReturnPieces, TakeMoney, TakePieces } from '../../linear-saga-kit.js';
import { sagaStory } from './saga-story.js';

const STATE = { basketId: 'b-1', pieces: 3, price: 10 };

it('tells the way to the end', async () => {
  const story = sagaStory(Purchase);
  await story.start(STATE);
  await story.expectCommand(new TakePieces('b-1', 3)).to('stock').reply({ place: 'shelf-3' });
  await story.expectCommand(new TakeMoney('b-1', 30)).to('bank').reply({ receipt: 30 });
  await story.expectLocal(new ConfirmBasket('b-1')).succeeds();
  await story.expectCompleted({ state: { ...STATE, place: 'shelf-3', receipt: 30 } });
});

it('tells the way back', async () => {
  const story = sagaStory(Purchase);
  await story.start(STATE);
  await story.expectCommand(new TakePieces('b-1', 3)).reply({ place: 'shelf-3' });
  await story.expectCommand(new TakeMoney('b-1', 30)).reject('money.short', '30 is too much');
  await story.expectCommand(new ReturnPieces('b-1', 'shelf-3')).to('stock').reply();
  await story.expectCommand(new RefuseBasket('b-1', '30 is too much'));
  await story.expectCompensated({ state: { ...STATE, place: 'shelf-3', reason: '30 is too much' } });
});

it('x', async () => {
  const story = sagaStory(Purchase);
  await story.start(STATE);
  const taking = await story.expectCommand(new TakePieces('b-1', 3));
  await story.silence('5s');
  const undo = await story.expectCommand(new ReturnPieces('b-1', undefined)).withKey('b-1');
  await taking.reply({ place: 'shelf-3' });
  await story.expectNoted('late', 'take-pieces');
  await undo.reply();
  await story.expectCommand(new RefuseBasket('b-1', 'unknown'));
  await story.expectCompensated();
  console.log(await story.text());
});
it('y', async () => {
  const story = sagaStory(Purchase);
  await story.start(STATE);
  await story.expectCommand(new TakePieces('b-1', 3)).reply({ place: 'shelf-3' });
  await story.expectCommand(new ReturnMoney('b-1'));
});
