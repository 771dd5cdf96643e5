/** What an entity belongs to: an aggregate root, or another entity. */
export type EntityParent = Entity | { apply(event: object): void; getUncommittedEvents(): object[] };

const PARENT = Symbol.for('@minos/event-sourcing/parent');

/**
 * The base of child entities: parts of an aggregate with an identity and handlers of their own. The root's handlers make them, `new OrderLine(this, sku)`,
 * and keep them in a property marked {@link Member}. What they apply is an event of the root: recorded there, handled by the root's handler first, then by
 * the children that match it.
 */
export abstract class Entity<E extends object = object> {
  constructor(parent: EntityParent) {
    Object.defineProperty(this, PARENT, { value: parent });
  }

  /** Applies the event to the root. */
  protected apply<T extends E = E>(event: T): void {
    parentOf(this).apply(event);
  }
}

function parentOf(entity: object): { apply(event: object): void } {
  return (entity as { [PARENT]: { apply(event: object): void } })[PARENT];
}
