import type { ResourceHolder } from '../contracts/resource-store.js';
import type { ResourceTables, Row } from './resource-tables.js';

export function isOlder(one: ResourceHolder, other: ResourceHolder): boolean {
  return one.age === other.age ? one.holder < other.holder : one.age < other.age;
}

/** Somebody older for whom the owner of these rows waits. */
export function waitingYounger(own: readonly Row[], tables: Pick<ResourceTables, 'all'>): Row | undefined {
  for (const mine of own.filter(({ until }) => until === undefined)) {
    const isAhead = (row: Row): boolean => row.tenant === mine.tenant && row.resource === mine.resource && row.fence < mine.fence;
    const older = tables.all.find((row) => isAhead(row) && isOlder(row, mine));
    if (older !== undefined) return older;
  }
  return undefined;
}
