import { defineMetadata, ownMetadata } from '@minos/common';
import type { Entity } from './entity.js';

/** A class of child entities. */
export type EntityClass<C extends Entity = Entity> = new (...args: never[]) => C;

export interface MemberDeclaration {
  readonly property: string | symbol;
  readonly type: EntityClass;
  readonly matches?: (entity: Entity, event: object) => boolean;
}

const MEMBER = Symbol.for('@minos/event-sourcing/member');

/**
 * Marks a property that holds child entities: one, an array, a `Set`, or a `Map` (its values). An event that a child's class handles goes, after the
 * root's own handler, to each child that `matches` it; without `matches`, to each of them.
 */
export function Member<C extends Entity, E extends object>(
  type: EntityClass<C>,
  matches?: (entity: C, event: E) => boolean,
): (target: object, property: string | symbol) => void {
  return (target, property) => {
    const declared = memberDeclarationsOf(target.constructor);
    const declaration = { property, type, matches: matches as MemberDeclaration['matches'] };
    defineMetadata(target.constructor, MEMBER, [...declared, declaration]);
  };
}

/** What `@Member` said in the body of this very class, without its bases. */
export function memberDeclarationsOf(type: object): readonly MemberDeclaration[] {
  return ownMetadata<readonly MemberDeclaration[]>(type, MEMBER) ?? [];
}
