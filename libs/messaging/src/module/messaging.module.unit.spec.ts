import {
  Command,
  Event,
  MemoryCommitter,
  Rejection,
  SystemClock,
  UNIT_COMMITTER,
  UNIT_OF_WORK,
  UnitOfWorkEngine,
  uuidv7,
} from '@minos/common';
import { until } from '@minos/common/testing';
import { Global, Injectable, Module, type Type } from '@nestjs/common';
import { CommandHandler, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { Broker } from '../contracts/broker.js';
import { type Answer, AnswerHandler } from '../handlers/answer-handler.decorator.js';
import { Consumer } from '../handlers/consumer.decorator.js';
import type { HandlerCall, MessageMiddleware } from '../contracts/message-middleware.js';
import { HandlerMiddleware } from '../middleware/handler-middleware.decorator.js';
import { Requests } from '../request/requests.js';
import { Cron, type CronContext } from '../schedule/cron.decorator.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { Messages } from '../send/messages.js';
import { Consumers } from './consumers.js';
import { MessagingModule } from './messaging.module.js';
import { BROKER } from './tokens.js';

@Command('stock.take', { owner: 'stock', key: 'sku' })
class TakeStock extends Command<{ left: number }, 'stock.none'> {
  constructor(
    readonly sku: string,
    readonly left: number,
  ) {
    super();
  }
}

@Event('stock.taken')
class StockTaken {
  constructor(readonly sku: string) {}
}

class Unnamed {}

@CommandHandler(TakeStock)
class TakeStockHandler {
  execute({ left }: TakeStock): { left: number } {
    if (left < 0) throw new Rejection('stock.none', 'nothing is left');
    return { left };
  }
}

@AnswerHandler(TakeStock)
class StockAnswers {
  static readonly heard: unknown[] = [];
  handle(answer: Answer<TakeStock>): void {
    StockAnswers.heard.push('result' in answer ? [answer.key, answer.result.left] : [answer.key, answer.rejection.code]);
  }
}

@EventsHandler(StockTaken)
@Consumer('report.taken', { from: 'stock' })
class ReportHandler {
  handle(): void {}
}

/** The storage of one service, in memory. */
function storage(): Type {
  const committer = new MemoryCommitter();
  const unitOfWork = new UnitOfWorkEngine({ committer, clock: new SystemClock(), newId: uuidv7 });
  @Global()
  @Module({
    providers: [
      { provide: UNIT_COMMITTER, useValue: committer },
      { provide: UNIT_OF_WORK, useValue: unitOfWork },
    ],
    exports: [UNIT_COMMITTER, UNIT_OF_WORK],
  })
  class StorageModule {}
  return StorageModule;
}

const LOG = new MemoryLog();

async function start(service: string, providers: Type[], options: object = {}) {
  const compiled = await Test.createTestingModule({
    imports: [
      storage(),
      MessagingModule.forRoot({ service, broker: { kind: 'memory', log: LOG }, channels: { partitions: 2 }, ...options }),
    ],
    providers,
  }).compile();
  const app = compiled.createNestApplication({ logger: false });
  await app.init();
  return app;
}

const faultOf = (service: string, providers: Type[]): Promise<string> =>
  start(service, providers).then(
    () => 'it started',
    (error: Error) => error.message,
  );

describe('MessagingModule', () => {
  it('carries a command to its owner, and the result or the rejection back to who sent it', async () => {
    const stock = await start('stock', [TakeStockHandler]);
    const shop = await start('shop', [StockAnswers]);
    const messages = shop.get(Messages);
    await messages.send(new TakeStock('mug', 3));
    await messages.send(new TakeStock('tea', -1));
    await until(() => StockAnswers.heard.length === 2);
    expect([...StockAnswers.heard].sort()).toEqual([
      ['mug', 3],
      ['tea', 'stock.none'],
    ]);
    await shop.close();
    await stock.close();
  });

  it('makes the channels of the service and one consumer for commands, one for answers and one for each durable handler of events', async () => {
    const app = await start('warehouse', [StockAnswers, ReportHandler]);
    const broker = app.get<Broker>(BROKER);
    for (const channel of ['warehouse.events', 'warehouse.commands', 'warehouse.answers'])
      expect((await broker.describe(channel)).partitions).toHaveLength(2);
    expect(app.get(Consumers).plans()).toEqual([
      { consumer: 'warehouse.answers', channels: ['warehouse.answers'], types: ['stock.take'] },
      { consumer: 'report.taken', channels: ['stock.events'], types: ['stock.taken'] },
    ]);
    await app.close();
    await app.close();
  });

  it('asks and is answered, and fires crons, with the middleware of the application around both', async () => {
    const calls: string[] = [];
    @HandlerMiddleware()
    @Injectable()
    class Noting implements MessageMiddleware {
      handle({ kind, name }: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
        calls.push(`${kind} ${name}`);
        return next();
      }
    }
    @Injectable()
    class Restocking {
      constructor(private readonly messages: Messages) {}
      @Cron('restock.every-second', '* * * * * *')
      async restock({ id }: CronContext): Promise<void> {
        await this.messages.send(new TakeStock(id, 1));
      }
    }
    const stock = await start('stock', [TakeStockHandler, Noting, Restocking]);
    const shop = await start('shop', [], { messages: [TakeStock] });
    const requests = shop.get(Requests);
    await expect(requests.ask(new TakeStock('mug', 5))).resolves.toEqual({ left: 5 });
    await expect(requests.ask(new TakeStock('tea', -1))).rejects.toMatchObject({ code: 'stock.none' });
    await until(() => calls.includes('schedule restock.every-second') && calls.filter((call) => call === 'command stock.take').length > 2);
    await shop.close();
    await stock.close();
  });

  it('runs nothing where it is told so, and can send all the same', async () => {
    const app = await start('quiet', [StockAnswers], { run: false, messages: [TakeStock] });
    await app.get(Messages).send(new TakeStock('mug', 1));
    expect(
      app
        .get(Consumers)
        .statuses()
        .map(({ running }) => running),
    ).toEqual([false]);
    await app.close();
  });

  it('says at boot which handler does not fit, all at once, and what to change', async () => {
    @EventsHandler(Unnamed)
    @Consumer('report.unnamed')
    class UnnamedHandler {
      handle(): void {}
    }
    @EventsHandler(StockTaken)
    @Consumer('report.taken')
    class SecondReport {
      handle(): void {}
    }
    const message = await faultOf('shop', [TakeStockHandler, UnnamedHandler, ReportHandler, SecondReport]);
    expect(message).toContain(
      '@CommandHandler(TakeStock) on TakeStockHandler: the command stock.take is owned by stock, and this service is shop',
    );
    expect(message).toContain(
      "@EventsHandler(Unnamed) on UnnamedHandler: Unnamed has no durable name. Give its class one, such as @Event('order.placed')",
    );
    expect(message).toContain('report.taken');
  });

  it('names both handlers of one command', async () => {
    @CommandHandler(TakeStock)
    class AnotherHandler {
      async execute(): Promise<{ left: number }> {
        return { left: 0 };
      }
    }
    expect(await faultOf('stock', [TakeStockHandler, AnotherHandler])).toContain(
      'Both TakeStockHandler and AnotherHandler handle stock.take; it is handled once, so keep one of them.',
    );
  });

  it('refuses to start on a channel with another number of partitions', async () => {
    const first = await start('counted', []);
    await first.close();
    await expect(start('counted', [], { channels: { partitions: 3 } })).rejects.toMatchObject({ code: 'CHANNEL_PARTITIONS_CHANGED' });
  });

  it('refuses to start without a storage', async () => {
    const compiled = Test.createTestingModule({ imports: [MessagingModule.forRoot({ service: 'bare' })] }).compile();
    await expect(compiled).rejects.toMatchObject({ code: 'MESSAGING_STORAGE_MISSING' });
  });
});
