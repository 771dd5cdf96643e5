import type { Clock, UnitOfWork } from '@minos/common';
import type { Type } from '@nestjs/common';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { AggregateRepository } from '../repository/aggregate-repository.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import type { EventStorage } from './event-storage.js';

/** The repositories of one application, one per aggregate however many modules declare it: they share queue and cache. */
export class AggregateRepositories {
  private readonly made = new Map<unknown, AggregateRepository<AggregateRoot>>();

  constructor(
    private readonly parts: {
      readonly storage: EventStorage;
      readonly serializer: EventSerializer;
      readonly unitOfWork: UnitOfWork;
      readonly clock: Clock;
    },
  ) {}

  of<A extends AggregateRoot>(type: Type<A>): AggregateRepository<A> {
    const known = this.made.get(type);
    if (known !== undefined) return known as unknown as AggregateRepository<A>;
    const { storage, serializer, unitOfWork, clock } = this.parts;
    const made = new AggregateRepository(type, { store: storage.store, snapshots: storage.snapshots, serializer, unitOfWork, clock });
    this.made.set(type, made);
    return made;
  }
}
