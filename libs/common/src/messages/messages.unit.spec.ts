import { Command } from './command.js';
import { Event } from './event.js';
import { messageMetadataOf } from './message-metadata.js';
import { Personal } from './personal.decorator.js';
import { Query } from './query.js';
import { isRejection, Rejection } from './rejection.js';

@Command('order.place', { owner: 'order', key: 'orderId' })
class PlaceOrder extends Command<{ orderId: string }, 'order.exists'> {
  constructor(readonly orderId: string) {
    super();
  }
}

describe.each([
  ['Command', Command, 'command'],
  ['Query', Query, 'query'],
  ['Event', Event, 'event'],
] as const)('%s', (name, face, kind) => {
  it('decorates when it is called', () => {
    class Message {}
    face('some.name')(Message);
    expect(messageMetadataOf(Message)).toMatchObject({ kind, name: 'some.name', version: 1, target: Message });
  });

  it('is a base class when it is extended', () => {
    class Message extends (face as new () => object) {
      readonly field = 1;
    }
    const message = new Message();
    expect(message).toBeInstanceOf(Message);
    expect(message).toBeInstanceOf(face);
    expect(Object.keys(message)).toEqual(['field']);
    expect(face.name).toBe(name);
  });
});

describe('metadata of messages', () => {
  it('keeps what the decorator says', () => {
    const metadata = messageMetadataOf(PlaceOrder);
    expect(metadata).toMatchObject({ kind: 'command', name: 'order.place', version: 1, owner: 'order' });
    expect(metadata?.key?.(new PlaceOrder('7'))).toBe('7');
    expect(Object.isFrozen(metadata)).toBe(true);
  });

  it('takes a function as the key', () => {
    @Command('order.confirm', { key: (command: Confirm) => `order-${command.orderId}` })
    class Confirm extends Command {
      readonly orderId = '7';
    }
    expect(messageMetadataOf(Confirm)?.key?.(new Confirm())).toBe('order-7');
  });

  it('is not inherited', () => {
    class Special extends PlaceOrder {}
    expect(messageMetadataOf(Special)).toBeUndefined();
  });

  it('lists personal properties, inherited ones too', () => {
    class WithMail {
      @Personal({ subject: 'customerId' }) readonly email: string = '';
      readonly customerId: string = '';
    }
    @Event('customer.moved')
    class CustomerMoved extends WithMail {
      @Personal({ subject: 'customerId' }) readonly street: string = '';
    }
    expect(messageMetadataOf(CustomerMoved)?.personal).toEqual([
      { property: 'street', subject: 'customerId' },
      { property: 'email', subject: 'customerId' },
    ]);
  });
});

describe('Rejection', () => {
  it('is told from other errors, by code where one is given', () => {
    const rejection = new Rejection('stock.insufficient', 'Only 2 of "a" are left.', { sku: 'a' });
    expect(isRejection(rejection)).toBe(true);
    expect(isRejection(rejection, 'stock.insufficient')).toBe(true);
    expect(isRejection(rejection, 'other')).toBe(false);
    expect(isRejection(new Error('x'))).toBe(false);
    expect(isRejection(undefined)).toBe(false);
    expect(rejection).toMatchObject({ code: 'stock.insufficient', details: { sku: 'a' }, message: 'Only 2 of "a" are left.' });
  });
});
