import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { AccountOpened, MoneyCaptured, MoneyDeposited, MoneyHeld, MoneyRefunded, MoneyReleased } from './account.events.js';
import { demandAmount } from './amount.js';

/** What an account holds, folded from its events; in cents. */
export interface AccountState {
  /** Free money. */
  readonly balance: number;
  readonly held: number;
  readonly captured: number;
}

/**
 * An account and its money. Always balance + held + captured = all deposits, and none of them is below zero. What is held for which order is known to the order's
 * {@link Payment}; here are the sums, so that an account stays as small as it was, however many orders it has paid.
 */
@Aggregate('account', { snapshotEvery: 100 })
export class Account extends AggregateRoot {
  private balance = 0;
  private held = 0;
  private captured = 0;
  private limit: number | null = null;

  constructor(readonly accountId: string) {
    super();
  }

  open(limit: number | null): void {
    if (limit !== null) demandAmount('limit', limit);
    this.apply(new AccountOpened(this.accountId, limit));
  }

  /** Throws `account.full` where the sum would be no exact number any more. */
  deposit(amount: number): void {
    demandAmount('amount', amount, 1);
    if (!Number.isSafeInteger(this.balance + this.held + this.captured + amount))
      throw new Rejection('account.full', `Account ${this.accountId} takes no further deposit of ${amount}.`);
    this.apply(new MoneyDeposited(this.accountId, amount));
  }

  /** Throws `payment.declined`. */
  hold(orderId: string, amount: number): void {
    demandAmount('amount', amount);
    if (this.limit !== null && amount > this.limit) this.decline(`pays ${this.limit} at once at the most`, amount);
    if (amount > this.balance) this.decline(`has ${this.balance}`, amount);
    this.apply(new MoneyHeld(this.accountId, orderId, amount));
  }

  /** Gives back what {@link hold} took; each hold ends once. */
  release(orderId: string, amount: number): void {
    this.demandThere('held', amount);
    this.apply(new MoneyReleased(this.accountId, orderId, amount));
  }

  /** Takes what {@link hold} set aside; each hold ends once. */
  capture(orderId: string, amount: number): void {
    this.demandThere('held', amount);
    this.apply(new MoneyCaptured(this.accountId, orderId, amount));
  }

  /** Gives back what {@link capture} took, once. */
  refund(orderId: string, amount: number): void {
    this.demandThere('captured', amount);
    this.apply(new MoneyRefunded(this.accountId, orderId, amount));
  }

  state(): AccountState {
    const { balance, held, captured } = this;
    return { balance, held, captured };
  }

  @On(AccountOpened) protected opened({ limit }: AccountOpened): void {
    this.limit = limit;
  }

  @On(MoneyDeposited) protected deposited({ amount }: MoneyDeposited): void {
    this.balance += amount;
  }

  @On(MoneyHeld) protected setAside({ amount }: MoneyHeld): void {
    this.balance -= amount;
    this.held += amount;
  }

  @On(MoneyReleased) protected released({ amount }: MoneyReleased): void {
    this.held -= amount;
    this.balance += amount;
  }

  @On(MoneyCaptured) protected taken({ amount }: MoneyCaptured): void {
    this.held -= amount;
    this.captured += amount;
  }

  @On(MoneyRefunded) protected refunded({ amount }: MoneyRefunded): void {
    this.captured -= amount;
    this.balance += amount;
  }

  private decline(why: string, needed: number): never {
    const message = `Account ${this.accountId} ${why}, ${needed} are needed.`;
    throw new Rejection('payment.declined', message, { accountId: this.accountId, needed });
  }

  /** What moves on was set aside before: anything else is our fault, not the caller's. */
  private demandThere(where: 'held' | 'captured', amount: number): void {
    demandAmount('amount', amount);
    if (amount > this[where])
      throw new Error(`Of account ${this.accountId} ${this[where]} are ${where}, ${amount} can not be taken out of that.`);
  }
}
