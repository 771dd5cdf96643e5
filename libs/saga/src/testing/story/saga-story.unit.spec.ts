import { Command } from '@minos/common';
import { saga } from '../../definition/saga-builder.js';
import { SagaDefinition } from '../../definition/saga-definition.js';
import { Saga } from '../../definition/saga.decorator.js';
import {
  BasketPlaced,
  ConfirmBasket,
  Purchase,
  type PurchaseState,
  RefuseBasket,
  ReturnMoney,
  ReturnPieces,
  TakeMoney,
  TakePieces,
} from '../../linear-saga-kit.js';
import { sagaStory } from './saga-story.js';

const STATE: PurchaseState = { basketId: 'b-1', pieces: 3, price: 10 };

@Command('note.write', { owner: 'shop' })
class WriteNote extends Command {
  constructor(readonly text: string) {
    super();
  }
}
@Command('note.tear', { owner: 'shop' })
class TearNote extends Command {
  constructor(readonly text: string) {
    super();
  }
}
@Command('clerk.call', { owner: 'office', key: (call: CallClerk) => call.text })
class CallClerk extends Command {
  readonly text: string;
  /** What it checks keeps it from being found out by trying. */
  constructor(text: string) {
    super();
    if (typeof text !== 'string') throw new TypeError('text');
    this.text = text;
  }
}

/** Local steps, a hook whose command nobody can foretell, and a compensation that is tried twice. */
@Saga('notes', { version: 1 })
class Notes extends SagaDefinition<{ readonly text: string }> {
  readonly plan = saga<{ readonly text: string }>()
    .onParked(({ text }) => new CallClerk(text))
    .step('take-pieces')
    .invoke(({ text }) => new TakePieces(text, 1))
    .compensate(({ text }) => new ReturnPieces(text, undefined), { retry: { every: '200ms', times: 2 }, timeout: '5s' })
    .step('write')
    .local(({ text }) => new WriteNote(text))
    .retry({ every: '100ms', times: 3 })
    .compensate(({ text }) => new TearNote(text))
    .step('take-money')
    .invoke(({ text }) => new TakeMoney(text, 1))
    .noCompensation()
    .build();
}

/** As `Purchase`, with a step less. */
@Saga('purchase', { version: 2 })
class ShortPurchase extends SagaDefinition<PurchaseState> {
  readonly plan = saga<PurchaseState>()
    .step('take-money')
    .invoke(({ basketId, price }) => new TakeMoney(basketId, price))
    .compensate(({ basketId }) => new ReturnMoney(basketId))
    .build();
}

describe('a story', () => {
  // #region to-the-end
  it('goes through the steps to the end', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    await story.expectCommand(new TakePieces('b-1', 3)).to('stock').withKey('b-1').reply({ place: 'shelf-3' });
    await story.expectCommand(new TakeMoney('b-1', 30)).to('bank').reply({ receipt: 30 });
    await story.expectLocal(new ConfirmBasket('b-1')).succeeds();
    await story.expectCompleted({ state: { ...STATE, place: 'shelf-3', receipt: 30 } });
  });
  // #endregion

  it('takes back what was done, and tells what hooks send', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    await story.expectCommand(new TakePieces('b-1', 3)).reply({ place: 'shelf-3' });
    await story.expectCommand(new TakeMoney('b-1', 30)).reject('money.short', '30 is too much');
    await story.expectCommand(new ReturnPieces('b-1', 'shelf-3')).to('stock').reply();
    const refusal = await story.expectCommand(new RefuseBasket('b-1', '30 is too much')).to('shop');
    await story.expectCompensated({ state: { ...STATE, place: 'shelf-3', reason: '30 is too much' } });
    await expect(refusal.reply()).rejects.toThrow('Nobody waits for an answer to basket.refuse');
  });

  it('begins by an event, by each one once', async () => {
    const story = sagaStory(Purchase);
    const id = await story.startBy(new BasketPlaced('b-1', 3, 10), 'event 1');
    await story.expectCommand(new TakePieces('b-1', 3));
    expect(await story.startBy(new BasketPlaced('b-1', 3, 10), 'event 1')).toBe(id);
    await story.expectNothing();
    await expect(story.startBy(new TakeMoney('b-1', 1))).rejects.toThrow('its plan has no .startedBy(TakeMoney, …)');
  });

  it('begins once with a key', async () => {
    const story = sagaStory(Purchase);
    const id = await story.start(STATE, { key: 'b-1' });
    await story.expectCommand(new TakePieces('b-1', 3));
    expect(await story.start(STATE, { key: 'b-1' })).toBe(id);
    await story.expectNothing();
  });

  // #region time
  it('lets time pass', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const taking = await story.expectCommand(new TakePieces('b-1', 3));
    await story.silence('4999ms');
    await story.expectNothing();
    await story.silence('1ms');
    const undoing = await story.expectCommand(new ReturnPieces('b-1', undefined));
    await taking.reply({ place: 'shelf-3' });
    await story.expectNoted('late', 'take-pieces');
    await undoing.reply();
    await story.expectCommand(new RefuseBasket('b-1', 'unknown'));
    await story.expectCompensated();
  });
  // #endregion
});

describe('answers', () => {
  it('that come twice are taken once', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const taking = await story.expectCommand(new TakePieces('b-1', 3)).reply({ place: 'shelf-3' });
    await story.expectCommand(new TakeMoney('b-1', 30));
    await taking.reply({ place: 'another' });
    await story.expectNoted('late', 'take-pieces');
    await story.expectNothing();
    expect((await story.instance()).state).toMatchObject({ place: 'shelf-3' });
  });

  it('with a no after the time is over change nothing: the compensation is under way', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const taking = await story.expectCommand(new TakePieces('b-1', 3));
    await story.silence('5s');
    const undoing = await story.expectCommand(new ReturnPieces('b-1', undefined));
    await taking.reject('stock.empty', 'none is there');
    await story.expectNoted('late', 'take-pieces');
    await undoing.reply();
    await story.expectCommand(new RefuseBasket('b-1', 'unknown'));
    await story.expectCompensated({ state: STATE });
  });

  it('that nobody asked for, or to another command, are refused', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const taking = await story.expectCommand(new TakePieces('b-1', 3));
    await story.stray();
    await story.expectNoted('refused');
    await story.stray({ request: taking.id, command: 'money.take', result: { receipt: 1 } });
    await story.expectNoted('refused', 'take-pieces');
    await taking.reply({ place: 'shelf-3' });
    await story.expectCommand(new TakeMoney('b-1', 30));
  });

  it('that refuse a compensation twice count once, and call the clerk once', async () => {
    const story = sagaStory(Notes);
    await story.start({ text: 'a' });
    await story.expectCommand(new TakePieces('a', 1));
    await story.silence('60s');
    const first = await story.expectCommand(new ReturnPieces('a', undefined));
    await first.reject('shelf.locked', 'no');
    await story.expectNoted('failed', 'take-pieces');
    await first.reject('shelf.locked', 'no');
    await story.expectNoted('late', 'take-pieces');
    await story.silence('200ms');
    const second = await story.expectCommand(new ReturnPieces('a', undefined));
    expect(second.id).not.toBe(first.id);
    await second.reject('shelf.locked', 'still no');
    await story.expectCommand(new CallClerk('a')).to('office');
    await second.reject('shelf.locked', 'still no');
    await story.expectNoted('late', 'take-pieces');
    await story.expectParked('take-pieces', 'its compensation failed 2 times');
    await second.reply();
    await story.expectCompensated();
  });

  it('are given again for a compensation that was sent again', async () => {
    const story = sagaStory(Notes);
    await story.start({ text: 'a' });
    await story.expectCommand(new TakePieces('a', 1));
    await story.silence('60s');
    const first = await story.expectCommand(new ReturnPieces('a', undefined));
    await story.silence('5s');
    const again = await story.expectCommand(new ReturnPieces('a', undefined));
    expect(again.id).toBe(first.id);
    await first.reply();
    await again.reply();
    await story.expectNoted('late');
    await story.expectCompensated();
  });
});

describe('local commands', () => {
  const begun = async () => {
    const story = sagaStory(Notes);
    await story.start({ text: 'a' });
    await story.expectCommand(new TakePieces('a', 1)).reply({ place: 'x' });
    return story;
  };

  it('are run again after a fault, as often and as late as the plan says', async () => {
    const story = await begun();
    await story.expectLocal(new WriteNote('a')).fails('no ink');
    await story.silence('99ms');
    await story.expectNothing();
    await story.silence('1ms');
    await story.expectLocal(new WriteNote('a')).fails('no paper');
    await story.silence('200ms');
    await story.expectLocal(new WriteNote('a')).fails('no desk');
    await story.expectCommand(new CallClerk('a'));
    await story.expectParked('write', 'tried 3 times, at last: no desk');
  });

  it('that say no turn the saga back', async () => {
    const story = await begun();
    await story.expectLocal(new WriteNote('a')).rejects('note.full', 'no room');
    await story.expectCommand(new ReturnPieces('a', undefined)).reply();
    await story.expectCompensated();
  });

  it('take back here what was done here', async () => {
    const story = await begun();
    await story.expectLocal(new WriteNote('a')).succeeds();
    await story.expectCommand(new TakeMoney('a', 1)).reject('money.short', 'none');
    await story.expectLocal(new TearNote('a')).succeeds();
    await story.expectCommand(new ReturnPieces('a', undefined)).reply();
    await story.expectCompensated();
  });

  // #region crash
  it('that a dead process left are run by the next one', async () => {
    const story = await begun();
    const writing = await story.expectLocal(new WriteNote('a'));
    await story.crash();
    await story.silence('12s');
    await story.expectLocal(new WriteNote('a')).succeeds();
    await story.expectCommand(new TakeMoney('a', 1));
    await writing.succeeds();
    await story.expectNothing();
  });
  // #endregion
});

describe('releases', () => {
  it('leave instances of a version that they do not carry alone until one does', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const taking = await story.expectCommand(new TakePieces('b-1', 3));
    await story.deploy(ShortPurchase);
    await taking.reply({ place: 'shelf-3' });
    await story.silence('1m');
    await story.expectNothing();
    await story.deploy(ShortPurchase, Purchase);
    await story.expectCommand(new TakeMoney('b-1', 30)).reply({ receipt: 30 });
    await story.expectLocal(new ConfirmBasket('b-1')).succeeds();
    await story.expectCompleted();
    await story.start({ ...STATE, basketId: 'b-2' });
    await story.expectCommand(new TakeMoney('b-2', 10));
  });

  it('begin nothing of a saga that is gone', async () => {
    const story = sagaStory(Purchase);
    await story.deploy(Notes);
    await expect(story.start(STATE)).rejects.toMatchObject({ code: 'SAGA_UNKNOWN' });
  });
});

it('refuses plans with faults, as the start of an application does', () => {
  @Saga('careless', { version: 1 })
  class Careless extends SagaDefinition {
    readonly plan = saga<{ readonly a: string }>()
      .step('take')
      .invoke(({ a }) => new TakePieces(a, 1))
      .build();
  }
  expect(() => sagaStory(Careless)).toThrow('Careless, step "take": it does not say how it is taken back');
});

describe('what a failing story says', () => {
  const failure = (work: PromiseLike<unknown>): Promise<string> =>
    Promise.resolve(work).then(
      () => 'nothing',
      (thrown: unknown) => (thrown as Error).message,
    );

  it('is everything up to then, in words', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    await story.expectCommand(new TakePieces('b-1', 3)).reply({ place: 'shelf-3' });
    await story.expectCommand(new TakeMoney('b-1', 30));
    await story.silence('61s');
    const message = await failure(story.expectCommand(new ReturnPieces('b-1', 'shelf-3')));
    expect(message).toBe(
      [
        'The story expects pieces.return {"basketId":"b-1","place":"shelf-3"} to be sent, but this happens instead:',
        '  money.return {"basketId":"b-1"}, sent to bank',
        '',
        'The story so far:',
        '  +  0.000s  » the saga is started with {"basketId":"b-1","pieces":3,"price":10}',
        '  +  0.000s  the saga starts',
        '  +  0.000s  take-pieces: sends pieces.take',
        '  +  0.000s  » stock answers pieces.take with {"place":"shelf-3"}',
        '  +  0.000s  take-pieces: its reply is taken in',
        '  +  0.000s  take-money: sends money.take',
        '  +  0.000s  » 61s pass',
        '  + 60.000s  take-money: not answered within 60000 ms',
        '  + 60.000s  the saga turns back at take-money: not answered within 60000 ms',
        '  + 60.000s  take-money: sends its compensation money.return',
        '',
        'purchase (version 1) is compensating.',
        '  take-pieces done',
        '  take-money unknown, its compensation waiting for money.return',
        '  Its state: {"basketId":"b-1","pieces":3,"price":10,"place":"shelf-3"}',
      ].join('\n'),
    );
  });

  it('names what the story left out', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    const left =
      'The story goes on, but this has happened that it does not expect:\n  pieces.take {"basketId":"b-1","pieces":3}, sent to stock\n';
    expect(await failure(story.silence('1s'))).toContain(left);
    expect(await failure(story.expectCompleted())).toContain('The story expects that the saga is completed, but this has happened');
  });

  it('names the wrong service, key, end, state and step', async () => {
    const story = sagaStory(Purchase);
    expect(await failure(story.instance())).toContain('The story has not begun');
    await story.start(STATE);
    expect(await failure(story.expectCommand(new TakePieces('b-1', 3)).to('bank'))).toContain(
      'expects pieces.take with the service "bank", but it was sent with the service "stock"',
    );
    expect(await failure(story.expectCompleted())).toContain('expects that the saga is completed, but it is not');
    expect(await failure(story.expectParked('take-pieces'))).toContain('parked at take-pieces, but it is not');
    expect(await failure(story.expectNoted('late', 'take-pieces'))).toContain('expects that "late" is noted of take-pieces, but it is not');
    expect(await failure(story.expectLocal(new ConfirmBasket('b-1')))).toContain('to be run here, but nothing happens.');
  });

  it('shows the state that is and the one that should be', async () => {
    const story = sagaStory(Purchase);
    await story.start(STATE);
    await story.expectCommand(new TakePieces('b-1', 3)).reject('stock.empty', 'none');
    await story.expectCommand(new RefuseBasket('b-1', 'none'));
    await expect(story.expectCompensated({ state: STATE })).rejects.toMatchObject({
      actual: { ...STATE, reason: 'none' },
      expected: STATE,
    });
  });
});
