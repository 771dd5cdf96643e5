import { AsyncLocalStorage } from 'node:async_hooks';

/** Waits until a projection is as new as the query asks for. */
export type AwaitProjection = (projection: string) => Promise<void>;

const scope = new AsyncLocalStorage<AwaitProjection>();

/** What reads views in `work` waits first. Each projection is waited for once. */
export function runInConsistencyScope<T>(wait: AwaitProjection, work: () => T): T {
  const waiting = new Map<string, Promise<void>>();
  return scope.run((projection) => {
    const known = waiting.get(projection) ?? wait(projection);
    waiting.set(projection, known);
    return known;
  }, work);
}

/** Resolves at once where no query has said how new it wants the view. Rejects with `NOT_YET_CONSISTENT`. */
export async function asNewAsWanted(projection: string): Promise<void> {
  await scope.getStore()?.(projection);
}
