import { SetMetadata } from '@nestjs/common';
import type { BehaviourType, HandlerType } from './behaviour.js';

const OUTSIDE = Symbol.for('@minos/cqrs/outside-behaviours');
const BEHAVIOURS = Symbol.for('@minos/cqrs/behaviours');

/** Puts behaviours around this handler alone, inside those of the module, the first outermost. They are providers of the application. */
export function Behaviours(...types: readonly BehaviourType[]): ClassDecorator {
  return SetMetadata(BEHAVIOURS, types);
}

/** Of a handler of the library's own: the application's behaviours are not meant for it. */
export function OutsideBehaviours(): ClassDecorator {
  return SetMetadata(OUTSIDE, true);
}

export function isOutsideBehaviours(handler: HandlerType): boolean {
  return Reflect.getMetadata(OUTSIDE, handler) === true;
}

export function behavioursOf(handler: HandlerType): readonly BehaviourType[] {
  return (Reflect.getMetadata(BEHAVIOURS, handler) as readonly BehaviourType[] | undefined) ?? [];
}
