import { isMinosError, isRejection } from '@minos/common';
import { CaptureMoney, HoldMoney, RefundMoney, ReleaseMoney } from '@shop/contracts';
import fc from 'fast-check';
import { type Bank, createBank } from '../../test/bank.js';
import { Account, type AccountState } from '../domain/account.aggregate.js';
import { DepositMoney } from './deposit-money.command.js';
import { OpenAccount } from './open-account.command.js';

const ACCOUNTS = ['0190c8a0-0000-7000-8000-000000000001', '0190c8a0-0000-7000-8000-000000000002'] as const;
const LIMIT = 60;

const orderId = fc.integer({ min: 1, max: 4 }).map((number) => `o-${number}`);
const accountId = fc.constantFrom(...ACCOUNTS);
const command = fc.oneof(
  fc.tuple(accountId, fc.constantFrom(null, LIMIT)).map(([account, limit]) => new OpenAccount(account, limit)),
  fc.tuple(accountId, fc.integer({ min: 1, max: 50 })).map(([account, amount]) => new DepositMoney(account, amount)),
  fc.tuple(orderId, accountId, fc.integer({ min: 0, max: 80 })).map(([order, account, amount]) => new HoldMoney(order, account, amount)),
  fc.tuple(orderId, accountId).map(([order, account]) => new ReleaseMoney(order, account)),
  fc.tuple(orderId, accountId).map(([order, account]) => new CaptureMoney(order, account)),
  fc.tuple(orderId, accountId).map(([order, account]) => new RefundMoney(order, account)),
);
type Asked = OpenAccount | DepositMoney | HoldMoney | ReleaseMoney | CaptureMoney | RefundMoney;
type Where = 'held' | 'released' | 'captured' | 'refunded';

/** Where the money of each order must be and what was paid in, written down independently of the aggregates. */
class Book {
  readonly limits = new Map<string, number | null>();
  readonly deposits = new Map<string, number>();
  readonly orders = new Map<string, { where: Where; accountId: string; amount: number }>();

  /** Whether it must be done, and what is then so. */
  note(asked: Asked): boolean {
    if (asked instanceof OpenAccount) return this.opened(asked);
    if (asked instanceof DepositMoney) return this.paidIn(asked);
    if (asked instanceof HoldMoney) return this.isHeld(asked);
    const order = this.orders.get(asked.orderId);
    if (asked instanceof ReleaseMoney) {
      if (order?.where === 'captured') return false;
      if (order === undefined) this.orders.set(asked.orderId, { where: 'released', accountId: asked.accountId, amount: 0 });
      else if (order.where === 'held') order.where = 'released';
      return true;
    }
    const [from, to] = asked instanceof CaptureMoney ? (['held', 'captured'] as const) : (['captured', 'refunded'] as const);
    if (order?.where === from) order.where = to;
    return order?.where === to || (to === 'captured' && order?.where === 'refunded');
  }

  stateOf(account: string): AccountState {
    const sum = (where: Where): number =>
      [...this.orders.values()].reduce((total, one) => total + (one.accountId === account && one.where === where ? one.amount : 0), 0);
    const [held, captured] = [sum('held'), sum('captured')];
    return { balance: (this.deposits.get(account) ?? 0) - held - captured, held, captured };
  }

  private opened({ accountId: account, limit }: OpenAccount): boolean {
    if (this.limits.has(account)) return false;
    this.limits.set(account, limit);
    return true;
  }

  private paidIn({ accountId: account, amount }: DepositMoney): boolean {
    if (!this.limits.has(account)) return false;
    this.deposits.set(account, (this.deposits.get(account) ?? 0) + amount);
    return true;
  }

  private isHeld(asked: HoldMoney): boolean {
    const order = this.orders.get(asked.orderId);
    if (order !== undefined) return order.where !== 'released';
    const limit = this.limits.get(asked.accountId);
    if (limit === undefined || asked.amount > (limit ?? Infinity) || asked.amount > this.stateOf(asked.accountId).balance) return false;
    this.orders.set(asked.orderId, { where: 'held', accountId: asked.accountId, amount: asked.amount });
    return true;
  }
}

async function run(bank: Bank, asked: Asked): Promise<boolean> {
  try {
    if (asked instanceof OpenAccount) await bank.opening.execute(asked);
    else if (asked instanceof DepositMoney) await bank.depositing.execute(asked);
    else if (asked instanceof HoldMoney) await bank.holding.execute(asked);
    else if (asked instanceof ReleaseMoney) await bank.releasing.execute(asked);
    else if (asked instanceof CaptureMoney) await bank.capturing.execute(asked);
    else await bank.refunding.execute(asked);
    return true;
  } catch (error) {
    const refused = isRejection(error) || isMinosError(error, 'AGGREGATE_NOT_FOUND') || isMinosError(error, 'AGGREGATE_ALREADY_EXISTS');
    if (refused) return false;
    throw error;
  }
}

async function stateOf(bank: Bank, account: string): Promise<AccountState> {
  return (await bank.scenario.repository(Account).find(account))?.state() ?? { balance: 0, held: 0, captured: 0 };
}

function expectSound({ balance, held, captured }: AccountState, deposits: number): void {
  for (const part of [balance, held, captured]) expect(part).toBeGreaterThanOrEqual(0);
  expect(balance + held + captured).toBe(deposits);
}

describe('the money, whatever is asked', () => {
  it('is where the accepted commands have put it, after each of them', () =>
    fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 50, size: 'max' }), async (commands) => {
        const bank = createBank();
        const book = new Book();
        // The second account is there only once it is opened.
        const first = [new OpenAccount(ACCOUNTS[0], LIMIT), new DepositMoney(ACCOUNTS[0], 150)];
        for (const one of [...first, ...commands]) {
          const expected = book.note(one);
          expect(await run(bank, one)).toBe(expected);
          for (const account of ACCOUNTS) {
            const state = await stateOf(bank, account);
            expect(state).toEqual(book.stateOf(account));
            expectSound(state, book.deposits.get(account) ?? 0);
          }
        }
      }),
      { numRuns: 25 },
    ));

  it('is conserved also when everything is asked at once', () =>
    fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 2, maxLength: 50, size: 'max' }), async (commands) => {
        const bank = createBank();
        await run(bank, new OpenAccount(ACCOUNTS[0], LIMIT));
        await run(bank, new DepositMoney(ACCOUNTS[0], 100));
        const done = await Promise.all(commands.map((one) => run(bank, one)));
        for (const account of ACCOUNTS) {
          const deposits = commands.filter((one, index) => one instanceof DepositMoney && done[index] && one.accountId === account);
          const sum = (deposits as DepositMoney[]).reduce((total, { amount }) => total + amount, 0);
          expectSound(await stateOf(bank, account), sum + (account === ACCOUNTS[0] ? 100 : 0));
        }
      }),
      { numRuns: 25 },
    ));
});
