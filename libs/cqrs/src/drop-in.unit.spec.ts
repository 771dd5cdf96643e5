import { Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  CommandBus as NestCommandBus,
  CqrsModule as NestCqrsModule,
  EventBus as NestEventBus,
  QueryBus as NestQueryBus,
} from '@nestjs/cqrs';
import { delay, map, type Observable } from 'rxjs';
import { until } from '@minos/common/testing';
import {
  AggregateRoot,
  AsyncContext,
  CommandBus,
  CommandHandler,
  CommandHandlerNotFoundException,
  CqrsModule,
  EventPublisher,
  EventsHandler,
  type ICommand,
  type ICommandHandler,
  type IEvent,
  type IEventHandler,
  type IQueryHandler,
  ofType,
  QueryBus,
  QueryHandler,
  Saga,
  UnhandledExceptionBus,
} from './index.js';

// The heroes of the documentation of Nest: only the import differs.

class KillDragon {
  constructor(
    readonly heroId: string,
    readonly dragonId: string,
  ) {}
}
class DropAncientItem {
  constructor(
    readonly heroId: string,
    readonly itemId: string,
  ) {}
}
class GetHeroes {}
class HeroKilledDragon {
  constructor(
    readonly heroId: string,
    readonly dragonId: string,
  ) {}
}
class HeroFoundItem {
  constructor(
    readonly heroId: string,
    readonly itemId: string,
  ) {}
}

class Hero extends AggregateRoot {
  constructor(private readonly id: string) {
    super();
  }
  killEnemy(enemyId: string): void {
    this.apply(new HeroKilledDragon(this.id, enemyId));
  }
  addItem(itemId: string): void {
    this.apply(new HeroFoundItem(this.id, itemId));
  }
}

@Injectable()
class HeroRepository {
  readonly heroes = new Map([['hero', new Hero('hero')]]);
  readonly seen: string[] = [];
  find(id: string): Hero {
    return this.heroes.get(id) as Hero;
  }
}

@CommandHandler(KillDragon)
class KillDragonHandler implements ICommandHandler<KillDragon> {
  constructor(
    private readonly repository: HeroRepository,
    private readonly publisher: EventPublisher,
  ) {}
  async execute({ heroId, dragonId }: KillDragon): Promise<{ actionId: string }> {
    const hero = this.publisher.mergeObjectContext(this.repository.find(heroId));
    hero.killEnemy(dragonId);
    hero.commit();
    return { actionId: dragonId };
  }
}

@CommandHandler(DropAncientItem)
class DropAncientItemHandler implements ICommandHandler<DropAncientItem> {
  constructor(
    private readonly repository: HeroRepository,
    private readonly publisher: EventPublisher,
  ) {}
  async execute({ heroId, itemId }: DropAncientItem): Promise<void> {
    const hero = this.publisher.mergeObjectContext(this.repository.find(heroId));
    hero.addItem(itemId);
    hero.commit();
  }
}

@EventsHandler(HeroKilledDragon, HeroFoundItem)
class HeroEvents implements IEventHandler<HeroKilledDragon | HeroFoundItem> {
  constructor(private readonly repository: HeroRepository) {}
  handle(event: HeroKilledDragon | HeroFoundItem): void {
    this.repository.seen.push(event.constructor.name);
  }
}

@QueryHandler(GetHeroes)
class GetHeroesHandler implements IQueryHandler<GetHeroes> {
  constructor(private readonly repository: HeroRepository) {}
  async execute(): Promise<string[]> {
    return [...this.repository.heroes.keys()];
  }
}

@Injectable()
class HeroesGameSagas {
  @Saga()
  dragonKilled = (events$: Observable<IEvent>): Observable<ICommand> =>
    events$.pipe(
      ofType(HeroKilledDragon),
      delay(1),
      map((event) => new DropAncientItem(event.heroId, 'sword')),
    );
}

class WhoAsks {}
@CommandHandler(WhoAsks, { scope: Scope.REQUEST })
class WhoAsksHandler implements ICommandHandler<WhoAsks> {
  constructor(@Inject(REQUEST) private readonly request: unknown) {}
  async execute(): Promise<unknown> {
    return this.request;
  }
}

@Module({
  imports: [CqrsModule],
  providers: [HeroRepository, KillDragonHandler, DropAncientItemHandler, HeroEvents, GetHeroesHandler, HeroesGameSagas, WhoAsksHandler],
})
class HeroesModule {}

class Rung {
  constructor(readonly times: number) {}
}
class Open {
  constructor(readonly times: number) {}
}
@Injectable()
class Door {
  readonly opened: number[] = [];

  @Saga()
  rung = (events$: Observable<IEvent>): Observable<ICommand> =>
    events$.pipe(
      ofType(Rung),
      map(({ times }) => {
        if (times === 2) throw new Error('nobody rings twice');
        return new Open(times);
      }),
    );
}
@CommandHandler(Open)
class OpenHandler implements ICommandHandler<Open> {
  constructor(private readonly door: Door) {}
  async execute({ times }: Open): Promise<void> {
    this.door.opened.push(times);
  }
}

describe('a saga that throws for one event', () => {
  const openedBy = async (module: Type): Promise<{ opened: number[]; errors: unknown[] }> => {
    const house = await Test.createTestingModule({ imports: [module], providers: [Door, OpenHandler] }).compile();
    house.useLogger(false);
    await house.init();
    const errors: unknown[] = [];
    house.get(UnhandledExceptionBus).subscribe((info) => errors.push(info));
    const bus = house.get(NestEventBus);
    for (const times of [1, 2, 3]) bus.publish(new Rung(times));
    await new Promise((resolve) => setImmediate(resolve));
    await house.close();
    return { opened: house.get(Door).opened, errors };
  };

  it('goes on with the next, and is told', async () => {
    const { opened, errors } = await openedBy(CqrsModule);
    expect(opened).toEqual([1, 3]);
    expect(errors).toMatchObject([{ cause: 'rung', exception: { message: 'nobody rings twice' } }]);
  });

  it('control: is dead with @nestjs/cqrs', async () => {
    expect((await openedBy(NestCqrsModule)).opened).toEqual([1]);
  });
});

describe('code that was written for @nestjs/cqrs', () => {
  const started = async () => {
    const application = await Test.createTestingModule({ imports: [HeroesModule] }).compile();
    return application.init();
  };

  it('runs after its import was changed', async () => {
    const game = await started();
    const [commands, queries, repository] = [game.get(CommandBus), game.get(QueryBus), game.get(HeroRepository)];
    const published: unknown[] = [];
    commands.subscribe((command) => published.push(command));
    expect(await commands.execute(new KillDragon('hero', 'dragon'))).toEqual({ actionId: 'dragon' });
    expect(await queries.execute(new GetHeroes())).toEqual(['hero']);
    await until(() => repository.seen.length === 2, 'the saga');
    expect(repository.seen).toEqual(['HeroKilledDragon', 'HeroFoundItem']);
    expect(published).toEqual([new KillDragon('hero', 'dragon'), new DropAncientItem('hero', 'sword')]);
    await game.close();
  });

  it('gets the same buses by the tokens of @nestjs/cqrs', async () => {
    const game = await started();
    expect(game.get(NestCommandBus)).toBe(game.get(CommandBus));
    expect(game.get(NestQueryBus)).toBe(game.get(QueryBus));
    await game.close();
  });

  it('gets its contexts and its errors', async () => {
    const game = await started();
    const commands = game.get(CommandBus);
    const context = new AsyncContext();
    expect(await commands.execute(new WhoAsks(), context)).toBe(context);
    expect(() => commands.execute(new (class Unknown {})())).toThrow(CommandHandlerNotFoundException);
    await game.close();
  });
});
