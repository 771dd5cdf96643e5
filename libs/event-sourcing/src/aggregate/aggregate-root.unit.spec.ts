import { AggregateRoot as NestAggregateRoot } from '@nestjs/cqrs';
import { AggregateRoot } from './aggregate-root.js';
import { On } from './on.decorator.js';
import { streamOf } from './stream-of.js';

class Grown {
  constructor(readonly by: number) {}
}
class Renamed {
  constructor(readonly name: string) {}
}

/** The same aggregate on either base class. */
function plantOn(Base: abstract new () => AggregateRoot) {
  return class Plant extends Base {
    height = 0;
    name = '';
    published: object[] = [];

    onGrown(event: Grown): void {
      this.height += event.by;
    }
    onRenamed(event: Renamed): void {
      this.name = event.name;
    }
    override publish(event: object): void {
      this.published.push(['publish', event]);
    }
    override publishAll(events: object[]): void {
      this.published.push(['publishAll', [...events]]);
    }
  };
}

const members = (type: abstract new () => object): string[] => {
  const found = new Set<string>();
  for (let one = type.prototype as object; one !== Object.prototype; one = Object.getPrototypeOf(one) as object) {
    for (const name of Object.getOwnPropertyNames(one)) found.add(name);
  }
  return [...found].sort();
};

describe('AggregateRoot', () => {
  it('has exactly the members of @nestjs/cqrs', () => {
    expect(members(AggregateRoot)).toEqual(members(NestAggregateRoot as never));
  });

  it.each([
    ['ours', plantOn(AggregateRoot)],
    ["@nestjs/cqrs'", plantOn(NestAggregateRoot as never)],
  ])('behaves as it does there (%s)', (_name, Plant) => {
    const plant = new Plant();
    plant.loadFromHistory([new Grown(1), new Renamed('fern')]);
    plant.apply(new Grown(2));
    plant.apply(new Grown(3), { skipHandler: true });
    plant.apply(new Grown(4), true);
    plant.apply(new Grown(5), { fromHistory: true });
    expect([plant.height, plant.name]).toEqual([12, 'fern']);
    expect(plant.getUncommittedEvents()).toEqual([new Grown(2), new Grown(3)]);
    expect(plant.published).toEqual([]);
    const events = plant.getUncommittedEvents();
    plant.commit();
    expect(plant.published).toEqual([['publishAll', [new Grown(2), new Grown(3)]]]);
    expect([plant.getUncommittedEvents(), plant.getUncommittedEvents() === events]).toEqual([[], true]);
    plant.apply(new Grown(6));
    plant.uncommit();
    expect([plant.getUncommittedEvents(), plant.height]).toEqual([[], 18]);
    plant.autoCommit = true;
    plant.apply(new Grown(7));
    plant.apply(new Grown(8), true);
    expect([plant.autoCommit, plant.getUncommittedEvents()]).toEqual([true, []]);
    expect(plant.published.slice(1)).toEqual([
      ['publish', new Grown(7)],
      ['publish', new Grown(8)],
    ]);
  });

  it('lets subclasses say how handlers are found', () => {
    class Custom extends AggregateRoot {
      seen: unknown[] = [];
      protected override getEventName(): string {
        return 'Anything';
      }
      onAnything(event: object): void {
        this.seen.push(event);
      }
    }
    const custom = new Custom();
    custom.apply(new Grown(1));
    custom.apply({ plain: true });
    expect(custom.seen).toEqual([new Grown(1), { plain: true }]);
  });

  it('prefers @On, which may be protected and is inherited', () => {
    class Tree extends AggregateRoot {
      height = 0;
      @On(Grown) protected rise({ by }: Grown): void {
        this.height += by;
      }
    }
    class Oak extends Tree {
      protected override rise({ by }: Grown): void {
        this.height += by * 10;
      }
    }
    class Pine extends Tree {
      @On(Grown) shoot({ by }: Grown): void {
        this.height += by * 100;
      }
    }
    const heights = [new Tree(), new Oak(), new Pine()].map((tree) => (tree.apply(new Grown(1)), tree.height));
    expect(heights).toEqual([1, 10, 100]);
  });

  it('shows nothing of its own in loops, JSON and comparisons', () => {
    const plant = new (class extends AggregateRoot {
      height = 1;
    })();
    expect([JSON.stringify(plant), Reflect.ownKeys(plant).filter((key) => Object.prototype.propertyIsEnumerable.call(plant, key))]).toEqual(
      ['{"height":1}', ['height']],
    );
  });

  it('belongs to no stream when it was made by hand', () => {
    expect(() => streamOf(new (class Loose extends AggregateRoot {})())).toThrow(expect.objectContaining({ code: 'AGGREGATE_UNBOUND' }));
  });
});
