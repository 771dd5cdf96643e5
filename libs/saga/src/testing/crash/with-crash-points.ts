import type { CrashPoints } from '@minos/common';

/**
 * A port of which every call reaches `<prefix><call>.before` and `.after`, the name of the call in kebab case: `withCrashPoints(store, 'saga.', points)` reaches
 * `saga.claim-due.before`. `plain` names what is handed through as it is: methods that do not answer with a promise.
 */
export function withCrashPoints<P extends object>(port: P, prefix: string, points: CrashPoints, plain: readonly (keyof P)[] = []): P {
  return new Proxy(port, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const call = (...given: unknown[]): unknown => Reflect.apply(value, target, given);
      if (typeof property === 'symbol' || plain.includes(property as keyof P)) return call;
      const name = `${prefix}${kebab(property)}`;
      return (...given: unknown[]) => between(name, points, () => call(...given));
    },
  });
}

/** Reaches the point behind the work also where that was refused. */
async function between(name: string, points: CrashPoints, work: () => unknown): Promise<unknown> {
  await points.reach(`${name}.before`);
  try {
    return await work();
  } finally {
    await points.reach(`${name}.after`);
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
