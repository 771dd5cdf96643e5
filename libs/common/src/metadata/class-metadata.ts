/**
 * What decorators write on a class: an own property under a symbol that does not show up in loops, and that subclasses do not inherit
 * through {@link ownMetadata}. It needs no `reflect-metadata` and is read in a few nanoseconds, which the codec counts on.
 */
export function defineMetadata(target: object, key: symbol, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true });
}

/** What was written on exactly this object. */
export function ownMetadata<T>(target: object, key: symbol): T | undefined {
  return Object.hasOwn(target, key) ? (target as { readonly [key: symbol]: T })[key] : undefined;
}
