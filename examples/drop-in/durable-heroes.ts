import { Controller, Get, Injectable, Module, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, Consumer, CqrsModule, Event, ofType, Query, QueryBus, QueryHandler, Saga } from '@minos/cqrs';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { map, type Observable } from 'rxjs';

class OfHero {
  constructor(readonly heroId: string) {}
}
// #region names
@Command('hero.kill-dragon', { owner: 'game', key: 'heroId' })
class KillDragon extends OfHero {}

@Command('hero.drop-item', { owner: 'game', key: 'heroId' })
class DropItem extends OfHero {}

@Query('hero.items', { owner: 'game' })
class GetItems extends OfHero {}

@Event('hero.dragon-killed')
class DragonKilled extends OfHero {}

@Event('hero.item-found')
class ItemFound {
  constructor(readonly item: string) {}
}

@Aggregate('hero')
class Hero extends AggregateRoot {
  readonly items: string[] = [];

  @On(ItemFound) protected found({ item }: ItemFound): void {
    this.items.push(item);
  }
}
// #endregion

@CommandHandler(KillDragon)
class KillDragonHandler {
  constructor(@InjectAggregateRepository(Hero) private readonly heroes: AggregateRepository<Hero>) {}

  execute({ heroId }: KillDragon): Promise<void> {
    return this.heroes.create(heroId, (hero) => hero.apply(new DragonKilled(heroId)));
  }
}

@CommandHandler(DropItem)
class DropItemHandler {
  constructor(@InjectAggregateRepository(Hero) private readonly heroes: AggregateRepository<Hero>) {}

  execute({ heroId }: DropItem): Promise<void> {
    return this.heroes.update(heroId, (hero) => hero.apply(new ItemFound('sword')));
  }
}

@QueryHandler(GetItems)
class GetItemsHandler {
  constructor(@InjectAggregateRepository(Hero) private readonly heroes: AggregateRepository<Hero>) {}

  async execute({ heroId }: GetItems): Promise<readonly string[]> {
    return (await this.heroes.find(heroId))?.items ?? [];
  }
}

// #region saga
@Consumer('game.sagas')
@Injectable()
class Sagas {
  @Saga() dropItem = (events$: Observable<object>) => events$.pipe(ofType(DragonKilled)).pipe(map(({ heroId }) => new DropItem(heroId)));
}
// #endregion

@Controller('heroes')
class HeroesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/dragon') kill(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new KillDragon(id));
  }

  @Get(':id/items') items(@Param('id') id: string): Promise<readonly string[]> {
    return this.queries.execute(new GetItems(id));
  }
}

// #region module
@Module({
  imports: [MinosModule.forRoot({ service: 'game' }), CqrsModule.forRoot(), MinosModule.forFeature({ aggregates: [Hero] })],
  controllers: [HeroesController],
  providers: [KillDragonHandler, DropItemHandler, GetItemsHandler, Sagas],
})
export class HeroesModule {}
// #endregion
