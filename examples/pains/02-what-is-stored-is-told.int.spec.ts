import { until } from '@minos/common/testing';
import { MortalShop, type Side } from './shop-process.js';

describe('a process that is killed after it stored an order and before it told of it', () => {
  /** The first process dies; the next one places another order. */
  const killedBetween = async (side: Side): Promise<MortalShop> => {
    const shop = await MortalShop.open(side);
    expect(await shop.placeLast(await shop.start('stored'), 'killed')).toBe('SIGKILL');
    await shop.place(await shop.start(), 'next');
    await until(async () => (await shop.rows('letters')).includes('next'), 'the letter about the next order');
    return shop;
  };

  it('plain Nest: the order is there, and nobody ever hears of it', async () => {
    const shop = await killedBetween('plain');
    expect(await shop.rows('orders')).toEqual(['killed', 'next']);
    expect(await shop.rows('letters')).toEqual(['next']);
    await shop.close();
  });

  it('Minos: the event committed with the order, so the next process tells of it', async () => {
    const shop = await killedBetween('minos');
    expect(await shop.rows('orders')).toEqual(['killed', 'next']);
    await until(async () => (await shop.rows('letters')).length === 2, 'both letters');
    expect(await shop.rows('letters')).toEqual(['killed', 'next']);
    await shop.close();
  });
});
