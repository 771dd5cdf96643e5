import { Injectable } from '@nestjs/common';
import type { CompositionPlan } from './compose.js';
import type { Composed } from './composed.js';
import { type AskedFrom, Composer } from './composer.js';

/** The base of the classes that answer composed queries; the rest of such a class is its `@Compose` and its `static readonly parts`. */
@Injectable()
export abstract class Composition {
  constructor(private readonly composer: Composer) {}

  /** The buses and the consumer of this service call it. Rejects with what a part that must not be missing rejects with. */
  execute(query: object, from?: AskedFrom): Promise<Composed<object>> {
    return this.composer.answer((this.constructor as CompositionClass).parts, query, from);
  }
}

/** A class that answers a composed query. */
export interface CompositionClass {
  new (...args: never[]): Composition;
  readonly parts: CompositionPlan;
}
