import type { MessageClass } from '@minos/common';

/** A state of which every property is there, is a function too, and answers with the same again. */
function anything(): unknown {
  const target = function (): void {};
  const proxy: unknown = new Proxy(target, {
    get: (_target, property) => {
      if (property === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? 0 : '');
      if (property === Symbol.iterator) return function* (): Generator<never> {};
      if (property === 'toJSON') return () => ({});
      if (property === 'then') return undefined;
      return proxy;
    },
    apply: () => proxy,
    construct: () => proxy as object,
  });
  return proxy;
}

/**
 * The class of what `make` makes, found out by letting it make one of a state that has everything. `undefined` where it throws, as with constructors that check what
 * they are given.
 */
export function probeCommand(make: (...given: never[]) => unknown): MessageClass<object> | undefined {
  try {
    const made = make(...([anything(), anything()] as never[]));
    return typeof made === 'object' && made !== null ? (made.constructor as MessageClass<object>) : undefined;
  } catch {
    return undefined;
  }
}
