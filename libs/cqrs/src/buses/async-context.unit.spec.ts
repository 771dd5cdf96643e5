import { Command as NamedCommand, Query as NamedQuery } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { type DynamicModule, Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AsyncContext,
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  EventPublisher,
  EventsHandler,
  type ICommandHandler,
  type IEvent,
  type IEventHandler,
  type IQueryHandler,
  QueryBus,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import { AggregateRoot, CqrsModule, ofType } from '../index.js';

// Everything is found by the tokens of @nestjs/cqrs: the same code runs with either module.

@NamedCommand('door.knock')
class Knock {}
@NamedQuery('door.look')
class Look {}
class Knocked {
  constructor(readonly how: string) {}
}
class Bark {}

class Door extends AggregateRoot {
  knock(how: string): this {
    this.apply(new Knocked(how));
    return this;
  }
}

/** One for each context. */
@Injectable({ scope: Scope.REQUEST })
class Visitor {
  constructor(@Inject(REQUEST) readonly context: unknown) {}
}
/** What each handler found: its visitor, and the context of its message. */
@Injectable()
class Diary {
  readonly entries: { readonly who: string; readonly visitor: Visitor; readonly of: AsyncContext | undefined }[] = [];

  note(who: string, visitor: Visitor, message: object): void {
    this.entries.push({ who, visitor, of: AsyncContext.of(message) });
  }
}

@CommandHandler(Knock, { scope: Scope.REQUEST })
class KnockHandler implements ICommandHandler<Knock> {
  constructor(
    private readonly diary: Diary,
    private readonly visitor: Visitor,
    private readonly publisher: EventPublisher,
  ) {}
  async execute(command: Knock): Promise<unknown> {
    this.diary.note('command', this.visitor, command);
    const context = AsyncContext.of(command);
    const door = this.publisher.mergeObjectContext(new Door(), context);
    door.knock('once').knock('twice').commit();
    return this.visitor.context;
  }
}
@QueryHandler(Look, { scope: Scope.REQUEST })
class LookHandler implements IQueryHandler<Look> {
  constructor(
    private readonly diary: Diary,
    private readonly visitor: Visitor,
  ) {}
  async execute(query: Look): Promise<unknown> {
    this.diary.note('query', this.visitor, query);
    return this.visitor.context;
  }
}
@EventsHandler(Knocked)
@Injectable({ scope: Scope.REQUEST })
class KnockedHandler implements IEventHandler<Knocked> {
  constructor(
    private readonly diary: Diary,
    private readonly visitor: Visitor,
  ) {}
  handle(event: Knocked): void {
    this.diary.note(`event ${event.how}`, this.visitor, event);
  }
}
@CommandHandler(Bark, { scope: Scope.REQUEST })
class BarkHandler implements ICommandHandler<Bark> {
  constructor(
    private readonly diary: Diary,
    private readonly visitor: Visitor,
  ) {}
  async execute(command: Bark): Promise<void> {
    this.diary.note('saga', this.visitor, command);
  }
}
@Injectable()
class Dog {
  @Saga()
  barks = (events$: Observable<IEvent>): Observable<object> =>
    events$.pipe(
      ofType(Knocked),
      map((event) => {
        const bark = new Bark();
        AsyncContext.merge(event, bark);
        return bark;
      }),
    );
}

interface House {
  get<T>(token: Type<T>): T;
  close(): Promise<void>;
}
const PROVIDERS = [Diary, Visitor, KnockHandler, LookHandler, KnockedHandler, BarkHandler, Dog];

async function bare(module: Type): Promise<House> {
  const house = await Test.createTestingModule({ imports: [module], providers: PROVIDERS }).compile();
  house.useLogger(false);
  await house.init();
  return { get: (token) => house.get(token, { strict: false }), close: () => house.close() };
}
function inService(): Promise<House> {
  @Module({ imports: [MinosModule.forRoot({ service: 'house' }), CqrsModule.forRoot()], providers: PROVIDERS })
  class Service {}
  return createTestingApp(Service as Type | DynamicModule);
}

describe.each([
  ['@nestjs/cqrs', () => bare(NestCqrsModule)],
  ['@minos/cqrs', () => bare(CqrsModule)],
  ['@minos/cqrs in a service, where named commands run in units', inService],
])('handlers in request scope with %s', (_, open) => {
  let house: House;
  let diary: Diary;
  beforeEach(async () => {
    house = await open();
    diary = house.get(Diary);
  });
  afterEach(() => house.close());

  const entries = (count: number): Promise<Diary['entries']> =>
    until(() => (diary.entries.length >= count ? diary.entries : undefined), `${count} entries`, 15_000);

  it('share what is in request scope over command, query, events and what sagas make of those, where they are given one context', async () => {
    const context = new AsyncContext();
    const [commands, queries, events] = [house.get(CommandBus), house.get(QueryBus), house.get(EventBus)];
    expect(await commands.execute(new Knock(), context)).toBe(context);
    expect(await queries.execute(new Look(), context)).toBe(context);
    events.publish(new Knocked('by hand'), context);
    events.publishAll([new Knocked('by hands')], context);
    const found = await entries(10);
    expect(found.map(({ who }) => who).sort()).toEqual([
      'command',
      'event by hand',
      'event by hands',
      'event once',
      'event twice',
      'query',
      ...Array<string>(4).fill('saga'),
    ]);
    expect(new Set(found.map(({ visitor }) => visitor)).size).toBe(1);
    // A query is not told its context by any of them.
    expect(new Set(found.filter(({ who }) => who !== 'query').map(({ of }) => of))).toEqual(new Set([context]));
  });

  it('get a context of their own where they are given none', async () => {
    const [commands, queries] = [house.get(CommandBus), house.get(QueryBus)];
    const contexts = [await queries.execute(new Look()), await queries.execute(new Look()), await commands.execute(new Knock())];
    expect(contexts.every((context) => context instanceof AsyncContext)).toBe(true);
    expect(new Set(contexts).size).toBe(3);
    const found = await entries(7);
    const ofTheCommand = found.filter(({ who }) => who !== 'query');
    expect(new Set(ofTheCommand.map(({ visitor }) => visitor)).size).toBe(1);
    expect(new Set(ofTheCommand.map(({ of }) => of))).toEqual(new Set([contexts[2]]));
  });

  it('take the context that is attached to the message', async () => {
    const context = new AsyncContext();
    const bark = new Bark();
    context.attachTo(bark);
    await house.get(CommandBus).execute(bark);
    expect((await entries(1))[0]?.of).toBe(context);
  });

  it('get the context that a class was merged with', async () => {
    const context = new AsyncContext();
    const Merged = house.get(EventPublisher).mergeClassContext(Door, context);
    new Merged().knock('merged').commit();
    const found = await entries(2);
    expect(found.map(({ who, of }) => [who, of === context])).toEqual(
      expect.arrayContaining([
        ['event merged', true],
        ['saga', true],
      ]),
    );
  });
});
