/** Writes what a decorator said on a class: an own property that loops do not show and subclasses do not have. */
export function defineMetadata(target: object, key: symbol, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true });
}

/** What was written on exactly this class. */
export function ownMetadata<T>(target: object, key: symbol): T | undefined {
  return Object.hasOwn(target, key) ? (target as { readonly [key: symbol]: T })[key] : undefined;
}
