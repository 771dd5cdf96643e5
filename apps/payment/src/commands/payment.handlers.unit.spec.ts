import { isRejection } from '@minos/common';
import { CaptureMoney, HoldMoney, RefundMoney, ReleaseMoney } from '@shop/contracts';
import { type Bank, createBank } from '../../test/bank.js';
import { Account } from '../domain/account.aggregate.js';
import { AccountOpened, MoneyCaptured, MoneyDeposited, MoneyHeld, MoneyRefunded, MoneyReleased } from '../domain/account.events.js';
import { Payment } from '../domain/payment.aggregate.js';
import { PaymentCaptured, PaymentHeld, PaymentRefunded, PaymentReleased } from '../domain/payment.events.js';
import { DepositMoney } from './deposit-money.command.js';
import { OpenAccount } from './open-account.command.js';

const ACCOUNT = '0190c8a0-0000-7000-8000-000000000001';
const OTHER = '0190c8a0-0000-7000-8000-000000000002';
const ORDER = 'o-1';

describe('the payment of an order', () => {
  let bank: Bank;

  beforeEach(() => {
    bank = createBank();
    bank.scenario
      .given(Account, ACCOUNT, new AccountOpened(ACCOUNT, 80), new MoneyDeposited(ACCOUNT, 100))
      .given(Account, OTHER, new AccountOpened(OTHER, null), new MoneyDeposited(OTHER, 100));
  });

  const hold = (amount = 40, account = ACCOUNT): Promise<{ held: number }> => bank.holding.execute(new HoldMoney(ORDER, account, amount));
  const release = (account = ACCOUNT): Promise<void> => bank.releasing.execute(new ReleaseMoney(ORDER, account));
  const capture = (account = ACCOUNT): Promise<{ captured: number }> => bank.capturing.execute(new CaptureMoney(ORDER, account));
  const refund = (account = ACCOUNT): Promise<{ refunded: number }> => bank.refunding.execute(new RefundMoney(ORDER, account));
  const held = (): Bank['scenario'] =>
    bank.scenario.given(Account, ACCOUNT, new MoneyHeld(ACCOUNT, ORDER, 40)).given(Payment, ORDER, new PaymentHeld(ORDER, ACCOUNT, 40));
  const captured = (): Bank['scenario'] =>
    held()
      .given(Account, ACCOUNT, new MoneyCaptured(ACCOUNT, ORDER, 40))
      .given(Payment, ORDER, new PaymentCaptured(ORDER, ACCOUNT, 40));

  it('is held with its account in one unit', async () => {
    const outcome = bank.scenario.when(() => hold());
    await outcome.then(new MoneyHeld(ACCOUNT, ORDER, 40), new PaymentHeld(ORDER, ACCOUNT, 40));
    await outcome.thenReturned({ held: 40 });
  });

  it.each([
    ['more than the limit', 81, ACCOUNT],
    ['more than there is', 101, OTHER],
    ['an account that does not exist', 1, '0190c8a0-0000-7000-8000-000000000003'],
    ['what is no account', 1, ''],
    ['what is no amount', -1, ACCOUNT],
    ['half a cent', 0.5, ACCOUNT],
  ])('is declined for %s', (_what, amount, account) => bank.scenario.when(() => hold(amount, account)).thenRejected('payment.declined'));

  it('leaves nothing behind a refusal that the caller lives with', () =>
    bank.scenario
      .when(() =>
        bank.scenario.unitOfWork.run(async () => {
          const refused: unknown = await hold(81).catch((error: unknown) => error);
          expect(isRejection(refused, 'payment.declined')).toBe(true);
        }),
      )
      .thenNothing());

  it('is held again once what declined it has changed', async () => {
    await bank.scenario.when(() => hold(101, OTHER)).thenRejected('payment.declined');
    await bank.depositing.execute(new DepositMoney(OTHER, 1));
    expect(await hold(101, OTHER)).toEqual({ held: 101 });
  });

  it('is answered again as it was the first time, whatever account and amount', async () => {
    const outcome = held().when(() => Promise.all([hold(99, OTHER), hold(1, ''), hold()]));
    await outcome.thenNothing();
    await outcome.thenReturned([{ held: 40 }, { held: 40 }, { held: 40 }]);
  });

  it('is decided once, however many ask at the same time', async () => {
    const outcome = bank.scenario.when(() => Promise.all(Array.from({ length: 8 }, () => hold())));
    await outcome.then(new MoneyHeld(ACCOUNT, ORDER, 40), new PaymentHeld(ORDER, ACCOUNT, 40));
    await outcome.thenReturned(Array.from({ length: 8 }, () => ({ held: 40 })));
  });

  it.each([ACCOUNT, OTHER, 'x'])('is released once, to the account of the hold, though the command says %s', async (account) => {
    await held()
      .when(() => release(account))
      .then(new PaymentReleased(ORDER, ACCOUNT, 40), new MoneyReleased(ACCOUNT, ORDER, 40));
    await bank.scenario.when(() => release(account)).thenNothing();
    await bank.scenario.when(() => hold()).thenRejected('payment.declined');
    await bank.scenario.when(() => capture()).thenRejected('payment.nothing-held');
  });

  it.each([
    ['there', ACCOUNT],
    ['not there yet', '0190c8a0-0000-7000-8000-000000000003'],
  ])('is not held any more once it was released, the account being %s', async (_where, account) => {
    await bank.scenario.when(() => release(account)).then(new PaymentReleased(ORDER, account, 0));
    await bank.scenario.when(() => release(account)).thenNothing();
    if (account !== ACCOUNT) {
      await bank.opening.execute(new OpenAccount(account, null));
      await bank.depositing.execute(new DepositMoney(account, 100));
    }
    await bank.scenario.when(() => hold(1, account)).thenRejected('payment.declined');
    await bank.scenario.when(() => capture(account)).thenRejected('payment.nothing-held');
  });

  it('is captured once, and not released after', async () => {
    const outcome = held().when(() => capture());
    await outcome.then(new PaymentCaptured(ORDER, ACCOUNT, 40), new MoneyCaptured(ACCOUNT, ORDER, 40));
    await outcome.thenReturned({ captured: 40 });
    const again = bank.scenario.when(() => capture());
    await again.thenNothing();
    await again.thenReturned({ captured: 40 });
    await bank.scenario.when(() => release()).thenRejected('payment.captured');
    await bank.scenario.when(() => hold()).thenReturned({ held: 40 });
  });

  it('is refunded once', async () => {
    const outcome = captured().when(() => refund());
    await outcome.then(new PaymentRefunded(ORDER, ACCOUNT, 40), new MoneyRefunded(ACCOUNT, ORDER, 40));
    await outcome.thenReturned({ refunded: 40 });
    const again = bank.scenario.when(() => refund());
    await again.thenNothing();
    await again.thenReturned({ refunded: 40 });
    await bank.scenario.when(() => release()).thenNothing();
  });

  it('is neither captured nor refunded unless it was held', async () => {
    await bank.scenario.when(() => capture()).thenRejected('payment.nothing-held');
    await bank.scenario.when(() => refund()).thenRejected('payment.nothing-captured');
    await held()
      .when(() => refund())
      .thenRejected('payment.nothing-captured');
  });

  it('may cost nothing', async () => {
    await bank.scenario.when(() => hold(0)).then(new MoneyHeld(ACCOUNT, ORDER, 0), new PaymentHeld(ORDER, ACCOUNT, 0));
    expect(await capture()).toEqual({ captured: 0 });
    expect(await refund()).toEqual({ refunded: 0 });
  });
});
