import { SetMetadata } from '@nestjs/common';
import type { BehaviourType, HandlerType } from './behaviour.js';

const BEHAVIOURS = Symbol.for('@minos/cqrs/behaviours');

/** Puts behaviours around this handler alone, inside those of the module, the first outermost. They are providers of the application. */
export function Behaviours(...types: readonly BehaviourType[]): ClassDecorator {
  return SetMetadata(BEHAVIOURS, types);
}

export function behavioursOf(handler: HandlerType): readonly BehaviourType[] {
  return (Reflect.getMetadata(BEHAVIOURS, handler) as readonly BehaviourType[] | undefined) ?? [];
}
