import { Command } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';
import type { ActingSaga } from './acting-saga.js';
import type { ResourceRejection } from './resource-rejections.js';
import { Resources } from './resources.js';

/* Tours need a boat, a guide and a van, which belong to the service "fleet". */

@Command('thing.book', { owner: 'fleet', key: 'thing' })
export class BookThing extends Command<{ fence: number }, ResourceRejection> {
  constructor(readonly thing: string) {
    super();
  }
}
@Command('thing.free', { owner: 'fleet', key: 'thing' })
export class FreeThing extends Command {
  constructor(readonly thing: string) {
    super();
  }
}
@Command('thing.use', { owner: 'fleet', key: 'thing' })
export class UseThing extends Command<void, ResourceRejection> {
  constructor(
    readonly thing: string,
    readonly fence: number,
  ) {
    super();
  }
}
@Command('tour.note', { owner: 'tours' })
export class NoteTour extends Command {
  constructor(readonly name: string) {
    super();
  }
}

export interface TourState {
  readonly name: string;
  readonly things: readonly [string, string, string];
  readonly fences: readonly number[];
}

const withFence = (state: TourState, { fence }: { readonly fence: number }): TourState => ({ ...state, fences: [...state.fences, fence] });
const kept = (state: TourState): TourState => state;

@Saga('tour', { version: 1 })
export class Tour extends SagaDefinition<TourState> {
  readonly plan = saga<TourState>()
    .step('first')
    .invoke(({ things }) => new BookThing(things[0]))
    .onReply(withFence)
    .onRejection('resource.busy', kept)
    .compensate(({ things }) => new FreeThing(things[0]))
    .step('second')
    .invoke(({ things }) => new BookThing(things[1]))
    .onReply(withFence)
    .onRejection('resource.busy', kept)
    .compensate(({ things }) => new FreeThing(things[1]))
    .step('third')
    .invoke(({ things }) => new BookThing(things[2]))
    .onReply(withFence)
    .onRejection('resource.busy', kept)
    .compensate(({ things }) => new FreeThing(things[2]))
    .step('go')
    .local(({ name }) => new NoteTour(name))
    .pivot()
    .step('use-first')
    .invoke(({ things, fences }) => new UseThing(things[0], fences[0] ?? 0))
    .retry({ every: '50ms', forever: true })
    .step('use-second')
    .invoke(({ things, fences }) => new UseThing(things[1], fences[1] ?? 0))
    .retry({ every: '50ms', forever: true })
    .step('use-third')
    .invoke(({ things, fences }) => new UseThing(things[2], fences[2] ?? 0))
    .retry({ every: '50ms', forever: true })
    .build();
}

@Saga('hasty-tour', { version: 1 })
export class HastyTour extends SagaDefinition<{ readonly thing: string }> {
  readonly plan = saga<{ readonly thing: string }>()
    .step('book')
    .invoke(({ thing }) => new BookThing(thing))
    .compensate(({ thing }) => new FreeThing(thing))
    .timeout('400ms', 'compensate')
    .build();
}

@Injectable()
export class TourLog {
  readonly notes: { readonly name: string; readonly saga: ActingSaga | undefined }[] = [];
}

@CommandHandler(NoteTour)
export class NoteTourHandler implements ICommandHandler<NoteTour> {
  constructor(
    private readonly log: TourLog,
    private readonly resources: Resources,
  ) {}
  async execute({ name }: NoteTour): Promise<void> {
    this.log.notes.push({ name, saga: this.resources.saga() });
  }
}

// #region reserve
@CommandHandler(BookThing)
export class BookThingHandler implements ICommandHandler<BookThing> {
  constructor(private readonly resources: Resources) {}

  /** Where others have the thing the saga hears of it when it is its turn. */
  async execute({ thing }: BookThing): Promise<{ fence: number }> {
    const { fence } = await this.resources.reserve(`thing:${thing}`, { lease: '5m' });
    return { fence };
  }
}
// #endregion

// #region end
@CommandHandler(FreeThing)
export class FreeThingHandler implements ICommandHandler<FreeThing> {
  constructor(private readonly resources: Resources) {}

  async execute({ thing }: FreeThing): Promise<void> {
    await this.resources.cancel(`thing:${thing}`);
  }
}

@CommandHandler(UseThing)
export class UseThingHandler implements ICommandHandler<UseThing> {
  constructor(private readonly resources: Resources) {}

  /** What using it means is written here, in the same unit: it is stored only if the saga holds the thing still. */
  async execute({ thing, fence }: UseThing): Promise<void> {
    await this.resources.confirm(`thing:${thing}`, { fence });
  }
}
// #endregion
