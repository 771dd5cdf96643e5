import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { behavioursOf, isOutsideBehaviours } from './behaviours.decorator.js';
import type { Behaviour, BehaviourType, HandlerType } from './behaviour.js';

/** The behaviours of the application: those around every handler, then those of the handler. */
@Injectable()
export class ApplicationBehaviours {
  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly everywhere: readonly BehaviourType[] = [],
  ) {}

  /** The first is the outermost. Throws what `ModuleRef.get` does for one that is no provider. */
  around(handler: HandlerType): readonly Behaviour[] {
    if (isOutsideBehaviours(handler)) return [];
    return [...this.everywhere, ...behavioursOf(handler)].map((type) => this.moduleRef.get<Behaviour>(type, { strict: false }));
  }
}
