import { Command, currentContext, type Principal } from '@minos/common';
import { until } from '@minos/common/testing';
import { CommandHandler } from '@minos/cqrs';
import { Messages, ParkedKeys } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Controller, Inject, Module, Post } from '@nestjs/common';
import { Permissions } from '../access/permissions.decorator.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { AuthModule } from './auth.module.js';

const SECRET = 'the secret of the order service, or so';

@Command('order.refund', { owner: 'order', key: 'orderId' })
class RefundOrder extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}

const handled: (Principal | undefined)[] = [];

@CommandHandler(RefundOrder)
@Permissions('orders.refund')
class RefundOrderHandler {
  async execute(): Promise<void> {
    handled.push(currentContext().principal);
  }
}

@Controller('refunds')
class RefundsController {
  constructor(@Inject(Messages) private readonly messages: Messages) {}

  @Post()
  async refund(): Promise<void> {
    await this.messages.send(new RefundOrder('o-1'));
  }
}

describe('messages of a service with the keys of the auth service', () => {
  it('carry who acts, with what they may, to the handler', async () => {
    const issuer = await TestIssuer.start();
    @Module({
      imports: [
        MinosModule.forRoot({ service: 'order', storage: 'memory' }),
        MinosModule.forFeature({ messages: [RefundOrder] }),
        AuthModule.forRoot({ url: issuer.url, secret: SECRET, messages: true }),
      ],
      controllers: [RefundsController],
      providers: [RefundOrderHandler],
    })
    class OrderModule {}
    const app = await createTestingApp(OrderModule);
    const refund = (subject: string, permissions: readonly string[]): Promise<{ readonly status: number }> =>
      app.http.post('/refunds', undefined, { authorization: `Bearer ${issuer.serviceToken('order', { subject, permissions })}` });
    expect((await refund('eve', [])).status).toBe(201);
    expect((await refund('ann', ['orders.refund'])).status).toBe(201);
    await until(() => handled.length > 0, 'the command');
    await app.settled();
    expect(handled).toEqual([
      expect.objectContaining({ subject: 'ann', permissions: ['orders.refund'], audience: ['order'], issuer: 'gateway' }),
    ]);
    expect(await app.get<ParkedKeys>(ParkedKeys).list()).toEqual([]);
    expect(issuer.requests.get('/auth/message-keys')).toBe(1);
    await app.close();
    await issuer.stop();
  });
});
