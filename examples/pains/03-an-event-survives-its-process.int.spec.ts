import { until } from '@minos/common/testing';
import { MortalShop, type Side } from './shop-process.js';

describe('a process that is killed while it handles an event', () => {
  /** The first process dies in the handler; the next one places another order. */
  const killedInHandler = async (side: Side): Promise<MortalShop> => {
    const shop = await MortalShop.open(side);
    expect(await shop.placeLast(await shop.start('handling'), 'killed')).toBe('SIGKILL');
    await shop.place(await shop.start(), 'next');
    await until(async () => (await shop.rows('letters')).includes('next'), 'the letter about the next order');
    return shop;
  };

  it('plain Nest: the event was in its memory, and is gone', async () => {
    const shop = await killedInHandler('plain');
    expect(await shop.rows('letters')).toEqual(['next']);
    await shop.close();
  });

  it('Minos: the event comes again, and its letter is written once', async () => {
    const shop = await killedInHandler('minos');
    await until(async () => (await shop.rows('letters')).length >= 2, 'both letters');
    expect(await shop.rows('letters')).toEqual(['killed', 'next']);
    await shop.close();
  });
});
