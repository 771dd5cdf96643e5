import { randomUUID } from 'node:crypto';
import { Rejection } from '@minos/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { MinosModule } from '@minos/nest';
import { Body, Controller, Get, HttpCode, Injectable, Module, Param, Post } from '@nestjs/common';
import { CaptureMoney, HoldMoney, ReleaseMoney } from '@shop/contracts';

interface Hold {
  readonly status: 'held' | 'released' | 'captured';
  readonly accountId: string;
  readonly amount: number;
}

/** Accounts and holds in memory, with the semantics of the contracts. An account is made by its first deposit. */
@Injectable()
export class Purse {
  readonly balances = new Map<string, number>();
  readonly holds = new Map<string, Hold>();

  deposit(accountId: string, amount: number): void {
    this.balances.set(accountId, this.balanceOf(accountId) + amount);
  }

  balanceOf(accountId: string): number {
    return this.balances.get(accountId) ?? 0;
  }

  /** In cents. */
  sum(accountId: string, status: Hold['status']): number {
    const holds = [...this.holds.values()].filter((hold) => hold.accountId === accountId);
    return holds.filter((hold) => hold.status === status).reduce((sum, { amount }) => sum + amount, 0);
  }

  hold({ orderId, accountId, amount }: HoldMoney): { held: number } {
    const known = this.holds.get(orderId);
    if (known?.status === 'released') throw new Rejection('payment.declined', 'It was released before.');
    if (known !== undefined) return { held: known.amount };
    if (this.balanceOf(accountId) < amount) throw new Rejection('payment.declined', `${this.balanceOf(accountId)} are too little.`);
    this.deposit(accountId, -amount);
    this.holds.set(orderId, { status: 'held', accountId, amount });
    return { held: amount };
  }

  release({ orderId, accountId }: ReleaseMoney): void {
    const { status, amount } = this.holds.get(orderId) ?? { status: 'none', amount: 0 };
    if (status === 'captured') throw new Rejection('payment.captured', 'It is captured.');
    if (status === 'held') this.deposit(accountId, amount);
    this.holds.set(orderId, { status: 'released', accountId, amount: 0 });
  }

  capture({ orderId, accountId }: CaptureMoney): { captured: number } {
    const { status = 'none', amount = 0 } = this.holds.get(orderId) ?? {};
    if (status !== 'held' && status !== 'captured') throw new Rejection('payment.nothing-held', 'Nothing is held.');
    this.holds.set(orderId, { status: 'captured', accountId, amount });
    return { captured: amount };
  }
}

@CommandHandler(HoldMoney)
export class HoldMoneyHandler implements ICommandHandler<HoldMoney> {
  constructor(private readonly purse: Purse) {}
  async execute(command: HoldMoney): Promise<{ held: number }> {
    return this.purse.hold(command);
  }
}

@CommandHandler(ReleaseMoney)
export class ReleaseMoneyHandler implements ICommandHandler<ReleaseMoney> {
  constructor(private readonly purse: Purse) {}
  async execute(command: ReleaseMoney): Promise<void> {
    this.purse.release(command);
  }
}

@CommandHandler(CaptureMoney)
export class CaptureMoneyHandler implements ICommandHandler<CaptureMoney> {
  constructor(private readonly purse: Purse) {}
  async execute(command: CaptureMoney): Promise<{ captured: number }> {
    return this.purse.capture(command);
  }
}

/** The routes that specs use. */
@Controller('accounts')
export class PurseController {
  constructor(private readonly purse: Purse) {}

  @Post()
  open(): { accountId: string } {
    return { accountId: randomUUID() };
  }

  @Post(':id/deposits')
  @HttpCode(200)
  deposit(@Param('id') id: string, @Body() { amount }: { readonly amount: number }): void {
    this.purse.deposit(id, amount);
  }

  @Get(':id')
  read(@Param('id') id: string): object {
    return { balance: this.purse.balanceOf(id), held: this.purse.sum(id, 'held'), captured: this.purse.sum(id, 'captured') };
  }
}

/** Answers the commands of the checkout, and the requests of specs, in place of the payment service. */
@Module({
  imports: [MinosModule.forRoot({ service: 'payment' })],
  controllers: [PurseController],
  providers: [Purse, HoldMoneyHandler, ReleaseMoneyHandler, CaptureMoneyHandler],
})
export class PaymentStandIn {}
