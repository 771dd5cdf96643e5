import { Controller, Get, Injectable, Module, Param, Post } from '@nestjs/common';
import { AggregateRoot, CommandBus, CommandHandler, CqrsModule, ofType, Publishable, QueryBus, QueryHandler, Saga } from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
class OfHero {
  constructor(readonly heroId: string) {}
}
class KillDragon extends OfHero {}
class DropItem extends OfHero {}
class GetItems extends OfHero {}
class DragonKilled extends OfHero {}
@Publishable()
class Hero extends AggregateRoot {
  readonly items: string[] = [];
}
const newHero = (): Hero => Object.assign(new Hero(), { autoCommit: true });
const heroes: Record<string, Hero> = { ann: newHero(), bob: newHero() };
@CommandHandler(KillDragon)
class KillDragonHandler {
  execute = async ({ heroId }: KillDragon) => heroes[heroId]?.apply(new DragonKilled(heroId));
}
@CommandHandler(DropItem)
class DropItemHandler {
  execute = async ({ heroId }: DropItem) => heroes[heroId]?.items.push('sword');
}
@QueryHandler(GetItems)
class GetItemsHandler {
  execute = async ({ heroId }: GetItems) => heroes[heroId]?.items ?? [];
}
@Injectable()
class Sagas {
  @Saga() dropItem = (events$: Observable<object>) => events$.pipe(ofType(DragonKilled)).pipe(map(({ heroId }) => new DropItem(heroId)));
}
@Controller('heroes')
class HeroesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}
  @Post(':id/dragon') kill(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new KillDragon(id));
  }
  @Get(':id/items') items(@Param('id') id: string): Promise<string[]> {
    return this.queries.execute(new GetItems(id));
  }
}
@Module({ imports: [CqrsModule], controllers: [HeroesController], providers: [KillDragonHandler, DropItemHandler, GetItemsHandler, Sagas] })
export class HeroesModule {}
