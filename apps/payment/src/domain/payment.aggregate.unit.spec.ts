import { testAggregate } from '@minos/event-sourcing/testing';
import { Payment } from './payment.aggregate.js';
import { PaymentCaptured, PaymentHeld, PaymentRefunded, PaymentReleased } from './payment.events.js';

const transfer = { accountId: 'a', amount: 40 };
const none = testAggregate(Payment, { id: 'o-1' });
const held = none.given(new PaymentHeld('o-1', 'a', 40));
const released = held.given(new PaymentReleased('o-1', 'a', 40));
const refused = none.given(new PaymentReleased('o-1', 'a', 0));
const captured = held.given(new PaymentCaptured('o-1', 'a', 40));
const refunded = captured.given(new PaymentRefunded('o-1', 'a', 40));

describe('a payment', () => {
  it('is held, and says so again until it is released', () => {
    none.when((one) => one.hold('a', 40)).then(new PaymentHeld('o-1', 'a', 40));
    for (const there of [held, captured, refunded]) there.when((one) => one.answer()).thenReturned(40);
    for (const gone of [released, refused]) gone.when((one) => one.answer()).thenRejected('payment.declined');
  });

  it('is released once, and can be before it is held', () => {
    held.when((one) => one.release('b')).then(new PaymentReleased('o-1', 'a', 40));
    held.when((one) => one.release('b')).thenReturned(transfer);
    none.when((one) => one.release('b')).then(new PaymentReleased('o-1', 'b', 0));
    none.when((one) => one.release('b')).thenReturned(undefined);
    for (const gone of [released, refused, refunded]) gone.when((one) => one.release('a')).thenNothing();
    captured.when((one) => one.release('a')).thenRejected('payment.captured');
  });

  it('is captured once, where it is held', () => {
    held.when((one) => one.capture()).then(new PaymentCaptured('o-1', 'a', 40));
    held.when((one) => one.capture()).thenReturned(transfer);
    for (const done of [captured, refunded]) done.when((one) => one.capture()).thenNothing();
    for (const gone of [none, released, refused]) gone.when((one) => one.capture()).thenRejected('payment.nothing-held');
  });

  it('is refunded once, where it was captured', () => {
    captured.when((one) => one.refund()).then(new PaymentRefunded('o-1', 'a', 40));
    captured.when((one) => one.refund()).thenReturned(transfer);
    refunded.when((one) => one.refund()).thenNothing();
    for (const never of [none, held, released, refused]) never.when((one) => one.refund()).thenRejected('payment.nothing-captured');
  });

  it('fails for what is no amount', () => {
    expect(() => none.when((one) => one.hold('a', -1)).thenNothing()).toThrow(/whole number/);
  });
});
