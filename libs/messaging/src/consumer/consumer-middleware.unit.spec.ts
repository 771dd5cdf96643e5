import { Command, Event, messageMetadataOf, Rejection, SystemClock, type MessageClass, type MessageMetadata } from '@minos/common';
import { z } from 'zod';
import { IsInt } from 'class-validator';
import type { MessageMiddleware } from '../contracts/message-middleware.js';
import type { MessageObservation } from '../contracts/message-observer.js';
import { commandBinding, eventBinding } from '../handlers/bindings.js';
import { MessageChain } from '../middleware/chain.js';
import { Outbox } from '../outbox/outbox.js';
import { CHANNEL, effect, openWorld, type ConsumerWorld } from './consumer-kit.js';

@Event('order.placed')
class OrderPlaced {
  @IsInt()
  total!: number;
}

@Command('order.pay', { owner: 'order', schema: z.object({ total: z.number() }) })
class PayOrder extends Command {
  total!: number;
}

const metadataOf = (type: MessageClass): MessageMetadata => messageMetadataOf(type) as MessageMetadata;
const outbox = new Outbox({ source: 'orders', clock: new SystemClock() });

/** Counts its tries and leaves a mark in the unit. */
class Counting implements MessageMiddleware {
  readonly attempts: number[] = [];

  handle: MessageMiddleware['handle'] = ({ context }, next) => {
    this.attempts.push(context.attempt);
    context.unit.enlist(effect(`try ${context.attempt}`));
    return next();
  };
}

describe('middleware in a consumer', () => {
  let world: ConsumerWorld;
  let observations: MessageObservation[];
  const counting = (): { readonly counted: Counting; readonly chain: MessageChain } => {
    const counted = new Counting();
    return { counted, chain: new MessageChain({ middleware: [counted] }) };
  };
  const outcomes = (): string[] => observations.map(({ outcome, attempts }) => `${outcome} ${attempts}`);
  const options = { observer: { observe: (one: MessageObservation) => void observations.push(one) } };

  beforeEach(async () => {
    world = await openWorld();
    observations = [];
  });
  afterEach(() => world.close());

  it('runs once for each try; what it enlists is stored with the try that commits, and only then', async () => {
    const { counted, chain } = counting();
    const failing = (_event: object, { attempt }: { attempt: number }): void => {
      if (attempt < 3) throw new Error('not yet');
    };
    world.consumer({ 'order.placed': eventBinding(metadataOf(OrderPlaced), failing, chain) as never }, options);
    await world.publish({ data: { total: 1 } });
    await world.until(() => world.effects.length > 0);
    expect(counted.attempts).toEqual([1, 2, 3]);
    expect(world.effects).toEqual(['try 3']);
    expect(outcomes()).toEqual(['failed 1', 'failed 2', 'handled 3']);
  });

  it('rejection: stored is nothing, tried is once, observed is the rejection', async () => {
    const { counted, chain } = counting();
    const no = new Rejection('not.now', 'no');
    const refuse = (): never => {
      throw no;
    };
    world.consumer({ 'order.placed': eventBinding(metadataOf(OrderPlaced), refuse, chain) as never }, options);
    await world.publish({ data: { total: 1 } });
    await world.until(() => observations.length > 0);
    expect(counted.attempts).toEqual([1]);
    expect(world.effects).toEqual([]);
    expect(observations).toEqual([expect.objectContaining({ outcome: 'rejected', type: 'order.placed', known: true, error: no })]);
  });

  it('fault: tried as often as it may be, then parked with what stands behind it', async () => {
    const { counted, chain } = counting();
    const boom = new Error('boom');
    const fail = (): Promise<never> => Promise.reject(boom);
    const consumer = world.consumer({ 'order.placed': eventBinding(metadataOf(OrderPlaced), fail, chain) as never }, options);
    await world.publish({ data: { total: 1 } }, { data: { total: 2 } }, { type: 'order.unheard' });
    await world.until(() => consumer.status().counts.parked === 2);
    expect(counted.attempts).toEqual([1, 2, 3]);
    expect(outcomes()).toEqual(['ignored 0', 'failed 1', 'failed 2', 'failed 3', 'parked 3', 'parked 0']);
    expect(observations.map(({ error }) => error)).toEqual([undefined, boom, boom, boom, boom, undefined]);
    expect(observations.map(({ envelope }) => envelope?.type)).toEqual([undefined, ...Array.from({ length: 5 }, () => 'order.placed')]);
  });

  it('an event that does not fit its class is parked after one try, with what is wrong', async () => {
    const handled = jest.fn();
    const consumer = world.consumer({ 'order.placed': eventBinding(metadataOf(OrderPlaced), handled) as never }, options);
    await world.publish({ data: { total: 'much' } });
    await world.until(() => consumer.status().counts.parked === 1);
    expect(handled).not.toHaveBeenCalled();
    expect(outcomes()).toEqual(['failed 1', 'parked 1']);
    const first = await world.parked.first({ consumer: 'stock', channel: CHANNEL, key: 'a' });
    expect(first?.cause).toMatchObject({ code: 'MESSAGE_INVALID', message: expect.stringContaining('total must be an integer number') });
  });

  it('a command that does not fit its schema is answered and not parked', async () => {
    const handled = jest.fn();
    const binding = commandBinding(metadataOf(PayOrder), outbox, handled);
    const consumer = world.consumer({ 'order.pay': binding as never }, { ...options, channels: [{ name: CHANNEL, kind: 'command' }] });
    await world.publish({ type: 'order.pay', data: { total: 'much' } });
    await world.until(() => consumer.status().counts.rejected === 1);
    expect(handled).not.toHaveBeenCalled();
    expect(observations).toEqual([
      expect.objectContaining({ outcome: 'rejected', error: expect.objectContaining({ code: 'message.invalid' }) }),
    ]);
  });

  it('tells of what is handled after it was parked, and of what comes again', async () => {
    let broken = true;
    const work = (): void => {
      if (broken) throw new Error('boom');
    };
    const consumer = world.consumer(
      { 'order.placed': eventBinding(metadataOf(OrderPlaced), work) as never },
      { ...options, retry: { attempts: 1 } },
    );
    const id = '0190a3c2-7b1e-7000-8000-00000000000a';
    await world.publish({ id, data: { total: 1 } });
    await world.until(() => consumer.status().counts.parked === 1);
    broken = false;
    await world.parkedKeys.retry({ consumer: 'stock', channel: CHANNEL, key: 'a' }, { by: 'test' });
    await world.until(() => consumer.status().parkedMessages === 0);
    await world.publish({ id, data: { total: 1 } });
    await world.until(() => consumer.status().counts.duplicates === 1);
    expect(outcomes()).toEqual(['failed 1', 'parked 1', 'handled 2', 'duplicate 0']);
  });

  it('an observer that throws harms nobody', async () => {
    const consumer = world.consumer(
      { 'order.placed': () => undefined },
      {
        observer: {
          observe: () => {
            throw new Error('observer');
          },
        },
      },
    );
    await world.publish({}, {});
    await world.until(() => consumer.status().counts.handled === 2);
  });
});
