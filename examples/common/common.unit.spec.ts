import { decodeMessage, encodeMessage, isMinosError, isRejection, MessageRegistry, parseJson, runInContext } from '@minos/common';
import { expectNamesKept, VirtualClock } from '@minos/common/testing';
import { join } from 'node:path';
import { Mailer } from './mailer.js';
import type { MailerOptions } from './mailer.js';
import { CustomerById, CustomerRegistered, refuseTaken, RegisterCustomer } from './messages.js';
import { PaymentHeld } from './payment-held.js';

describe('the examples of docs/common.md', () => {
  it('give messages names and kinds', () => {
    const registry = new MessageRegistry().register(CustomerRegistered, RegisterCustomer, CustomerById);
    expect(registry.of(new RegisterCustomer('7', 'a@b'))).toMatchObject({ kind: 'command', name: 'customer.register', owner: 'customer' });
    expect(registry.get('customer.registered').personal).toEqual([{ property: 'email', subject: 'customerId' }]);
    expect(registry.get('customer.by-id').target).toBe(CustomerById);
  });

  it('reject', () => {
    expect(() => refuseTaken('a@b', new Set())).not.toThrow();
    const rejected = (): boolean => {
      try {
        refuseTaken('a@b', new Set(['a@b']));
        return false;
      } catch (error) {
        return isRejection(error, 'customer.email-taken');
      }
    };
    expect(rejected()).toBe(true);
  });

  it('encode with a schema', () => {
    const held = new PaymentHeld(new Date(0), 12n);
    expect(encodeMessage(held)).toEqual({ dueAt: '1970-01-01T00:00:00.000Z', cents: '12' });
    expect(decodeMessage(PaymentHeld, { dueAt: '1970-01-01T00:00:00.000Z', cents: '12' })).toEqual(held);
  });

  it('refuse a hostile body', () => {
    // #region refused
    const body = '{"lines":[{"sku":"a","quantity":9007199254740993}]}';
    let where = '';
    try {
      parseJson(body);
    } catch (error) {
      if (isMinosError(error, 'PAYLOAD_REFUSED')) where = `${String(error.details['reason'])} at ${String(error.details['path'])}`;
    }
    expect(where).toBe('payload.unsafe-integer at lines[0].quantity');
    // #endregion refused
  });

  it('read options', () => {
    const clock = new VirtualClock();
    const faulty = { hots: 'mail', port: 0, pause: '10s' } as unknown as MailerOptions;
    expect(() => new Mailer(faulty, clock)).toThrow(
      [
        'The options of Mailer have 3 faults:',
        '  - host: is missing; give text that is not empty',
        '  - port: found 0; give a whole number from 1 to 65535',
        '  - hots: there is no such option; did you mean "host"?',
      ].join('\n'),
    );
  });

  it('move time', async () => {
    // #region clock
    const clock = new VirtualClock();
    const mailer = new Mailer({ host: 'mail' }, clock);
    let attempts = 0;
    const sent = runInContext({ correlationId: 'order-7' }, () => mailer.send(() => Promise.resolve(++attempts === 3)));
    await clock.advance(20_000);
    expect(await sent).toBe('sent for order-7 through mail:587');
    // #endregion clock
  });

  // #region names
  it('keeps its durable names', () => {
    const registry = new MessageRegistry().register(CustomerRegistered, RegisterCustomer, CustomerById);
    expectNamesKept(registry, join(__dirname, 'minos.names.json'));
  });
  // #endregion names
});
