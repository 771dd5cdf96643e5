import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { demandAmount } from './amount.js';
import { PaymentCaptured, PaymentHeld, PaymentRefunded, PaymentReleased } from './payment.events.js';

/** What a step of a payment moves on its account. */
export interface Transfer {
  readonly accountId: string;
  readonly amount: number;
}

export interface PaymentState {
  readonly status: 'none' | 'held' | 'released' | 'captured' | 'refunded';
  /** Of the hold, in cents. */
  readonly amount: number;
}

/**
 * What one order pays: it makes the commands of an order repeatable, for ever, and costs nothing but its few events. It moves in the unit in which its account moves, so
 * the two never disagree. A step returns what its account has to do, and nothing where it was done before.
 */
@Aggregate('payment')
export class Payment extends AggregateRoot {
  private status: PaymentState['status'] = 'none';
  private accountId = '';
  private amount = 0;

  constructor(readonly orderId: string) {
    super();
  }

  /** The amount that was held. */
  hold(accountId: string, amount: number): number {
    demandAmount('amount', amount);
    this.apply(new PaymentHeld(this.orderId, accountId, amount));
    return amount;
  }

  /** What the hold answered. Throws `payment.declined` where it was released, or came too late. */
  answer(): number {
    if (this.status === 'released')
      throw new Rejection('payment.declined', `The payment of order ${this.orderId} was released; nothing is held for it.`);
    return this.amount;
  }

  /** `accountId`: of the command, for an order that nothing was held for. Throws `payment.captured`. */
  release(accountId: string): Transfer | undefined {
    if (this.status === 'captured')
      throw new Rejection('payment.captured', `What was held for order ${this.orderId} is captured; refund it.`);
    if (this.status === 'none') this.apply(new PaymentReleased(this.orderId, accountId, 0));
    if (this.status !== 'held') return undefined;
    const transfer = this.transfer();
    this.apply(new PaymentReleased(this.orderId, transfer.accountId, transfer.amount));
    return transfer;
  }

  /** Throws `payment.nothing-held`. */
  capture(): Transfer | undefined {
    if (this.status === 'captured' || this.status === 'refunded') return undefined;
    if (this.status !== 'held') throw new Rejection('payment.nothing-held', `Nothing is held for order ${this.orderId}.`);
    const transfer = this.transfer();
    this.apply(new PaymentCaptured(this.orderId, transfer.accountId, transfer.amount));
    return transfer;
  }

  /** Throws `payment.nothing-captured`. */
  refund(): Transfer | undefined {
    if (this.status === 'refunded') return undefined;
    if (this.status !== 'captured') throw new Rejection('payment.nothing-captured', `Nothing was captured for order ${this.orderId}.`);
    const transfer = this.transfer();
    this.apply(new PaymentRefunded(this.orderId, transfer.accountId, transfer.amount));
    return transfer;
  }

  state(): PaymentState {
    const { status, amount } = this;
    return { status, amount };
  }

  @On(PaymentHeld) protected held({ accountId, amount }: PaymentHeld): void {
    this.status = 'held';
    this.accountId = accountId;
    this.amount = amount;
  }

  @On(PaymentReleased) protected released({ accountId }: PaymentReleased): void {
    this.status = 'released';
    this.accountId = accountId;
  }

  @On(PaymentCaptured) protected captured(): void {
    this.status = 'captured';
  }

  @On(PaymentRefunded) protected refunded(): void {
    this.status = 'refunded';
  }

  private transfer(): Transfer {
    const { accountId, amount } = this;
    return { accountId, amount };
  }
}
