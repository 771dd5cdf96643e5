import { AuthModule } from '@minos/auth/module';
import { DiscoveryModule } from '@minos/discovery/module';
import { BodyValidationPipe, MinosModule } from '@minos/nest';
import { DocumentsModule } from '@minos/nest/documents';
import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { CaptureMoneyHandler } from './commands/capture-money.handler.js';
import { DepositMoneyHandler } from './commands/deposit-money.handler.js';
import { HoldMoneyHandler } from './commands/hold-money.handler.js';
import { OpenAccountHandler } from './commands/open-account.handler.js';
import { PaymentLedger } from './commands/payment-ledger.js';
import { RefundMoneyHandler } from './commands/refund-money.handler.js';
import { ReleaseMoneyHandler } from './commands/release-money.handler.js';
import { Account } from './domain/account.aggregate.js';
import { Payment } from './domain/payment.aggregate.js';
import { AccountsController } from './http/accounts.controller.js';
import { GetAccountHandler } from './queries/get-account.handler.js';

@Module({
  imports: [
    MinosModule.forRoot({
      service: 'payment',
      database: { name: 'payment' },
      links: { OpenAPI: '/docs/openapi', AsyncAPI: '/docs/asyncapi' },
    }),
    AuthModule.forRoot({ messages: true }),
    DiscoveryModule.forRoot(),
    DocumentsModule.forRoot({ title: 'Payment service', description: 'Accounts and payments of the shop.' }),
    MinosModule.forFeature({ aggregates: [Account, Payment] }),
  ],
  controllers: [AccountsController],
  providers: [
    OpenAccountHandler,
    DepositMoneyHandler,
    HoldMoneyHandler,
    ReleaseMoneyHandler,
    CaptureMoneyHandler,
    RefundMoneyHandler,
    PaymentLedger,
    GetAccountHandler,
    { provide: APP_PIPE, useClass: BodyValidationPipe },
  ],
})
export class PaymentModule {}
