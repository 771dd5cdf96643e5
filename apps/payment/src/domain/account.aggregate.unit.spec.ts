import { testAggregate } from '@minos/event-sourcing/testing';
import { Account } from './account.aggregate.js';
import { AccountOpened, MoneyCaptured, MoneyDeposited, MoneyHeld, MoneyRefunded, MoneyReleased } from './account.events.js';

const account = testAggregate(Account, { id: 'a' });
const open = account.given(new AccountOpened('a', null));
const rich = open.given(new MoneyDeposited('a', 100));
const held = rich.given(new MoneyHeld('a', 'o-1', 40));
const captured = held.given(new MoneyCaptured('a', 'o-1', 40));

describe('an account', () => {
  it('is opened, with a limit or without', () => {
    account.when((one) => one.open(null)).then(new AccountOpened('a', null));
    account.when((one) => one.open(50)).then(new AccountOpened('a', 50));
    open.when((one) => one.state()).thenReturned({ balance: 0, held: 0, captured: 0 });
  });

  it('takes deposits, as long as their sum is an exact number', () => {
    open.when((one) => one.deposit(100)).then(new MoneyDeposited('a', 100));
    rich.when((one) => one.state()).thenReturned({ balance: 100, held: 0, captured: 0 });
    const full = captured.given(new MoneyDeposited('a', Number.MAX_SAFE_INTEGER - 100));
    full.when((one) => one.deposit(1)).thenRejected('account.full');
  });

  it('holds what is free, and no more', () => {
    rich.when((one) => one.hold('o-1', 100)).then(new MoneyHeld('a', 'o-1', 100));
    rich.when((one) => one.hold('o-1', 0)).then(new MoneyHeld('a', 'o-1', 0));
    rich.when((one) => one.hold('o-1', 101)).thenRejected('payment.declined');
    held.when((one) => one.hold('o-2', 60)).then(new MoneyHeld('a', 'o-2', 60));
    held.when((one) => one.hold('o-2', 61)).thenRejected('payment.declined');
    captured.when((one) => one.hold('o-2', 61)).thenRejected('payment.declined');
  });

  it('holds no more at once than its limit', () => {
    const limited = account.given(new AccountOpened('a', 50), new MoneyDeposited('a', 100));
    limited.when((one) => one.hold('o-1', 51)).thenRejected('payment.declined');
    limited.when((one) => one.hold('o-1', 50)).then(new MoneyHeld('a', 'o-1', 50));
    limited
      .given(new MoneyHeld('a', 'o-1', 50))
      .when((one) => one.hold('o-2', 50))
      .then(new MoneyHeld('a', 'o-2', 50));
    account
      .given(new AccountOpened('a', 0), new MoneyDeposited('a', 100))
      .when((one) => one.hold('o-1', 1))
      .thenRejected('payment.declined');
  });

  it('releases, captures and refunds', () => {
    held.when((one) => one.state()).thenReturned({ balance: 60, held: 40, captured: 0 });
    held.when((one) => one.release('o-1', 40)).then(new MoneyReleased('a', 'o-1', 40));
    held
      .given(new MoneyReleased('a', 'o-1', 40))
      .when((one) => one.state())
      .thenReturned({ balance: 100, held: 0, captured: 0 });
    held.when((one) => one.capture('o-1', 40)).then(new MoneyCaptured('a', 'o-1', 40));
    captured.when((one) => one.state()).thenReturned({ balance: 60, held: 0, captured: 40 });
    captured.when((one) => one.refund('o-1', 40)).then(new MoneyRefunded('a', 'o-1', 40));
    captured
      .given(new MoneyRefunded('a', 'o-1', 40))
      .when((one) => one.state())
      .thenReturned({ balance: 100, held: 0, captured: 0 });
  });

  it('fails rather than moving what is not there', () => {
    expect(() => held.when((one) => one.release('o-1', 41)).thenNothing()).toThrow(/40 are held/);
    expect(() => held.when((one) => one.capture('o-1', 41)).thenNothing()).toThrow(/40 are held/);
    expect(() => held.when((one) => one.refund('o-1', 1)).thenNothing()).toThrow(/0 are captured/);
  });

  it.each([-1, 1.5, NaN, 2 ** 53])('fails for an amount of %s', (amount) => {
    for (const act of ['hold', 'release', 'capture', 'refund'] as const)
      expect(() => held.when((one) => one[act]('o-1', amount)).thenNothing()).toThrow(/whole number/);
    expect(() => held.when((one) => one.deposit(amount)).thenNothing()).toThrow(/whole number/);
    expect(() => account.when((one) => one.open(amount)).thenNothing()).toThrow(/whole number/);
  });
});
