import { Rejection, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { MinosModule } from '@minos/nest';
import { createTestingApp, createTestingSystem } from '@minos/nest/testing';
import { until } from '@minos/common/testing';
import { Requests } from '@minos/messaging';
import { Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { CqrsModule as NestCqrsModule } from '@nestjs/cqrs';
import {
  type Behaviour,
  Behaviours,
  Command,
  CommandBus,
  CommandHandler,
  CqrsModule,
  type CqrsOptions,
  EventBus,
  EventsHandler,
  type HandledCall,
  type ICommandHandler,
  type IEventHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '../index.js';

@Command('stock.count', { owner: 'stock' })
class CountStock extends Command<{ counted: number }, 'stock.none'> {
  constructor(readonly sku: string) {
    super();
  }
}
@Query('stock.get', { owner: 'stock' })
class GetStock extends Query<{ sku: string; onHand: number }> {
  constructor(readonly sku: string) {
    super();
  }
}
@Command('stock.forget', { owner: 'stock' })
class ForgetStock extends Command {}

@Injectable()
class Notes {
  readonly lines: string[] = [];
}

@CommandHandler(CountStock)
class CountStockHandler implements ICommandHandler<CountStock> {
  constructor(
    private readonly notes: Notes,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
  ) {}
  async execute({ sku }: CountStock): Promise<{ counted: number }> {
    if (sku === 'none') throw new Rejection('stock.none', 'There is none.');
    this.notes.lines.push(`${sku} in ${this.unitOfWork.current() === undefined ? 'no unit' : 'a unit'}`);
    return { counted: this.notes.lines.length };
  }
}
@QueryHandler(GetStock)
class GetStockHandler implements IQueryHandler<GetStock> {
  async execute({ sku }: GetStock): Promise<{ sku: string; onHand: number }> {
    return { sku, onHand: 7 };
  }
}

const service = (name: string, providers: readonly Type[], cqrs?: CqrsOptions): Type => {
  @Module({
    imports: [MinosModule.forRoot({ service: name, cqrs }), MinosModule.forFeature({ messages: [CountStock, GetStock, ForgetStock] })],
    providers: [Notes, ...providers],
  })
  class Service {}
  return Service;
};
const STOCK = service('stock', [CountStockHandler, GetStockHandler]);

describe('CommandBus and QueryBus', () => {
  it('ask the service that owns the message, and give what its handler says', async () => {
    const system = await createTestingSystem({ stock: STOCK, order: service('order', []) });
    const { order, stock } = system.apps;
    const [commands, queries] = [order.get(CommandBus), order.get(QueryBus)];
    const answer: { counted: number } = await commands.execute(new CountStock('mug'));
    expect(answer).toEqual({ counted: 1 });
    expect(await queries.execute(new GetStock('mug'))).toEqual({ sku: 'mug', onHand: 7 });
    await expect(commands.execute(new CountStock('none'))).rejects.toMatchObject({ code: 'stock.none' });
    expect(stock.get(Notes).lines).toEqual(['mug in a unit']);
    await system.close();
  });

  it('run what is their own here, commands in a unit', async () => {
    const { get, close } = await createTestingApp(STOCK);
    expect(await get(CommandBus).execute(new CountStock('mug'))).toEqual({ counted: 1 });
    expect(await get(QueryBus).execute(new GetStock('mug'))).toEqual({ sku: 'mug', onHand: 7 });
    expect(get<Notes>(Notes).lines).toEqual(['mug in a unit']);
    await close();
  });

  it('enqueue what is handled once it has committed, and not where it has not', async () => {
    const system = await createTestingSystem({ stock: STOCK, order: service('order', []) });
    const { order, stock } = system.apps;
    const [commands, unitOfWork] = [order.get(CommandBus), order.get<UnitOfWork>(UNIT_OF_WORK)];
    await commands.enqueue(new CountStock('one'));
    await stock.get(CommandBus).enqueue(new CountStock('own'));
    const failed = unitOfWork.run(async () => {
      await commands.enqueue(new CountStock('never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await system.settled();
    expect(stock.get(Notes).lines.sort()).toEqual(['one in a unit', 'own in a unit']);
    await system.close();
  });

  it('refuse to ask another service inside a unit', async () => {
    const { get, close } = await createTestingApp(service('order', []));
    const asked = get<UnitOfWork>(UNIT_OF_WORK).run(() => get(CommandBus).execute(new CountStock('mug')));
    await expect(asked).rejects.toMatchObject({ code: 'REMOTE_CALL_IN_UNIT' });
    await close();
  });

  it('ask a query of another service inside a unit that has written nothing yet, and none after that', async () => {
    @Command('order.check', { owner: 'order' })
    class CheckOrder extends Command<number> {
      constructor(readonly writesFirst: boolean) {
        super();
      }
    }
    @CommandHandler(CheckOrder)
    class CheckOrderHandler implements ICommandHandler<CheckOrder> {
      constructor(
        private readonly queries: QueryBus,
        private readonly commands: CommandBus,
      ) {}
      async execute({ writesFirst }: CheckOrder): Promise<number> {
        if (writesFirst) await this.commands.enqueue(new CountStock('mug'));
        return (await this.queries.execute(new GetStock('mug'))).onHand;
      }
    }
    @Module({ imports: [service('order', [CheckOrderHandler]), MinosModule.forFeature({ messages: [CheckOrder] })] })
    class OrderModule {}
    @Module({ imports: [service('front', []), MinosModule.forFeature({ messages: [CheckOrder] })] })
    class FrontModule {}
    const system = await createTestingSystem({ stock: STOCK, order: OrderModule, front: FrontModule });
    const { order, front, stock } = system.apps;
    for (const commands of [order.get(CommandBus), front.get(CommandBus)]) expect(await commands.execute(new CheckOrder(false))).toBe(7);
    const refused = order.get(CommandBus).execute(new CheckOrder(true));
    await expect(refused).rejects.toMatchObject({ code: 'REMOTE_CALL_IN_UNIT' });
    const pinned = order.get<UnitOfWork>(UNIT_OF_WORK).run(async (unit) => {
      await unit.pin();
      return order.get(QueryBus).execute(new GetStock('mug'));
    });
    await expect(pinned).rejects.toMatchObject({ code: 'REMOTE_CALL_IN_UNIT' });
    await system.settled();
    expect(stock.get(Notes).lines).toEqual([]);
    await system.close();
  });

  it('say what nobody handles, and what the other bus takes', async () => {
    const { get, close } = await createTestingApp(STOCK);
    const [commands, queries] = [get(CommandBus), get(QueryBus)];
    await expect(commands.execute(new ForgetStock())).rejects.toMatchObject({ code: 'COMMAND_NOT_HANDLED' });
    await expect(commands.execute(new GetStock('mug'))).rejects.toMatchObject({ code: 'WRONG_BUS' });
    await expect(queries.execute(new CountStock('mug'))).rejects.toMatchObject({ code: 'WRONG_BUS' });
    await close();
  });
});

describe('EventBus', () => {
  class Counted {}

  it('tells of what was published in a unit once that has committed, and of nothing where it has not', async () => {
    const { get, close } = await createTestingApp(STOCK);
    const [bus, unitOfWork] = [get<EventBus>(EventBus), get<UnitOfWork>(UNIT_OF_WORK)];
    const heard: string[] = [];
    bus.subscribe(() => heard.push(unitOfWork.current() === undefined ? 'outside' : 'inside'));
    await unitOfWork.run(async () => {
      bus.publishAll([new Counted(), new Counted()]);
      await Promise.resolve();
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(['outside', 'outside']);
    const failed = unitOfWork.run(async () => {
      bus.publish(new Counted());
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(heard).toHaveLength(2);
    bus.publish(new Counted());
    expect(heard).toHaveLength(3);
    await close();
  });

  it('tells of nothing that the work of a failed unit goes on to publish, and of all that comes behind one that has committed', async () => {
    const { get, close } = await createTestingApp(STOCK);
    const [bus, unitOfWork] = [get<EventBus>(EventBus), get<UnitOfWork>(UNIT_OF_WORK)];
    let heard = 0;
    bus.subscribe(() => (heard += 1));
    const goOnBehind = (fails: boolean): Promise<void> => {
      let ended = (): void => undefined;
      const end = new Promise<void>((resolve) => (ended = resolve));
      let late = Promise.resolve();
      const unit = unitOfWork.run(() => {
        late = end.then(() => void bus.publish(new Counted()));
        if (fails) throw new Error('given up');
      });
      return unit.catch(() => undefined).then(() => (ended(), late));
    };
    await goOnBehind(true);
    expect(heard).toBe(0);
    await goOnBehind(false);
    expect(heard).toBe(1);
    await close();
  });
});

describe('behaviours', () => {
  // #region behaviour
  @Injectable()
  class Noting implements Behaviour {
    constructor(private readonly notes: Notes) {}
    async handle({ kind, message }: HandledCall, next: () => Promise<unknown>): Promise<unknown> {
      this.notes.lines.push(`before the ${kind} ${message.constructor.name}`);
      return next();
    }
  }
  // #endregion
  @Injectable()
  class Doubling implements Behaviour {
    async handle(_call: HandledCall, next: () => Promise<unknown>): Promise<unknown> {
      await next();
      return next();
    }
  }
  @Behaviours(Doubling)
  @CommandHandler(ForgetStock)
  class ForgetStockHandler implements ICommandHandler<ForgetStock> {
    async execute(): Promise<void> {}
  }

  it('stand around every handler, or around one', async () => {
    const providers = [CountStockHandler, GetStockHandler, ForgetStockHandler, Noting, Doubling];
    const { get, close } = await createTestingApp(service('stock', providers, { behaviours: [Noting] }));
    await get(CommandBus).execute(new CountStock('mug'));
    await get(QueryBus).execute(new GetStock('mug'));
    expect(get<Notes>(Notes).lines).toEqual(['before the command CountStock', 'mug in a unit', 'before the query GetStock']);
    await expect(get(CommandBus).execute(new ForgetStock())).rejects.toMatchObject({ code: 'BEHAVIOUR_NEXT_TWICE' });
    await close();
  });

  it('stand around handlers of events, in request scope too', async () => {
    class Counted {}
    @EventsHandler(Counted)
    class NoteCounted implements IEventHandler<Counted> {
      constructor(private readonly notes: Notes) {}
      handle(): void {
        this.notes.lines.push('handled');
      }
    }
    @EventsHandler(Counted)
    @Injectable({ scope: Scope.REQUEST })
    class NoteScoped extends NoteCounted {}
    const { get, close } = await createTestingApp(service('stock', [NoteCounted, NoteScoped, Noting], { behaviours: [Noting] }));
    get(EventBus).publish(new Counted());
    const { lines } = get<Notes>(Notes);
    await until(() => lines.length === 4, 'both handlers');
    expect([...lines].sort()).toEqual(['before the event Counted', 'before the event Counted', 'handled', 'handled']);
    await close();
  });

  it('stand around what comes over the broker, and not around what the library itself answers', async () => {
    const stock = service('stock', [CountStockHandler, GetStockHandler, Noting], { behaviours: [Noting] });
    const system = await createTestingSystem({ stock, order: service('order', []) });
    const { order } = system.apps;
    await order.get(CommandBus).execute(new CountStock('mug'));
    await order.get(QueryBus).execute(new GetStock('mug'));
    const feedRead = { channel: 'stock.commands', key: '1', type: 'stock.feed.read', data: { types: ['a'], after: '0', limit: 1 } };
    await order.get(Requests).askMessage(feedRead);
    const { lines } = system.apps.stock.get<Notes>(Notes);
    expect(lines).toEqual(['before the command CountStock', 'mug in a unit', 'before the query GetStock']);
    await system.close();
  });
});

describe('a start', () => {
  it('is refused where both modules are there', async () => {
    @Module({ imports: [STOCK, NestCqrsModule] })
    class Both {}
    await expect(createTestingApp(Both)).rejects.toMatchObject({ code: 'CQRS_MODULE_TWICE', message: expect.stringContaining('Both') });
    @Module({ imports: [STOCK, CqrsModule.forRoot({ behaviours: [] })] })
    class Again {}
    await expect(createTestingApp(Again)).rejects.toMatchObject({
      code: 'CQRS_MODULE_TWICE',
      message: expect.stringContaining('Take it out of Again: MinosModule.forRoot() brings it'),
    });
    @Module({ imports: [STOCK, CqrsModule] })
    class TheSame {}
    await (await createTestingApp(TheSame)).close();
  });

  it('is refused where handlers do not fit', async () => {
    @CommandHandler(GetStock)
    class Wrong implements ICommandHandler<GetStock> {
      async execute(): Promise<void> {}
    }
    @QueryHandler(GetStock)
    class Again extends GetStockHandler {}
    const refused = createTestingApp(service('stock', [Wrong, GetStockHandler, Again]));
    await expect(refused).rejects.toMatchObject({ code: 'HANDLERS_INVALID' });
  });
});
