import type { JsonObject } from '@minos/common';

/** As JSON carries it, and apart from what was given: what comes of a run of events must not depend on where their batches end. */
export function storedRow(row: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(row)) as JsonObject;
}

/** Names a row among those of all tenants. */
export function rowName(tenant: string, key: string): string {
  return `${tenant.length}:${tenant}${key}`;
}
