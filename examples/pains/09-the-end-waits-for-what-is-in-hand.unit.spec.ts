import { Event } from '@minos/common';
import { until } from '@minos/common/testing';
import { Consumer } from '@minos/messaging';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CqrsModule, EventBus, EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { emitMinos, gate, minos, plainNest } from './scene.js';

@Event('order.placed')
class OrderPlaced {
  constructor(readonly orderId: string) {}
}

describe('an application that is told to end while an event is handled', () => {
  const scenario = () => {
    const work = gate();
    const lines: string[] = [];

    /** A database that is closed when the application ends, as TypeORM and Mongoose do it. */
    @Injectable()
    class Database implements OnApplicationShutdown {
      private open = true;
      write(line: string): void {
        lines.push(this.open ? line : `${line}: the database is closed`);
      }
      onApplicationShutdown(): void {
        this.open = false;
      }
    }

    @EventsHandler(OrderPlaced)
    @Consumer('order.invoices')
    class Invoices implements IEventHandler<OrderPlaced> {
      constructor(private readonly database: Database) {}
      async handle({ orderId }: OrderPlaced): Promise<void> {
        lines.push(`begin ${orderId}`);
        await work.opened;
        this.database.write(`invoice ${orderId}`);
      }
    }
    return { work, lines, parts: { providers: [Database, Invoices] } };
  };

  it('plain Nest: has closed the database when the handler writes', async () => {
    const { work, lines, parts } = scenario();
    const app = await plainNest({ ...parts, imports: [CqrsModule.forRoot()] });
    app.get(EventBus).publish(new OrderPlaced('1'));
    await app.close();
    work.open();
    await until(() => lines.length === 2, 'the end of the handler');
    expect(lines).toEqual(['begin 1', 'invoice 1: the database is closed']);
  });

  it('Minos: ends after the handler has', async () => {
    const { work, lines, parts } = scenario();
    const app = await minos('order', parts);
    await emitMinos(app, 'order.placed', [{ key: '1', value: { orderId: '1' } }]);
    await until(() => lines.length === 1, 'the handler');
    const closed = app.close().then(() => lines.push('closed'));
    work.open();
    await closed;
    expect(lines).toEqual(['begin 1', 'invoice 1', 'closed']);
  });
});
