import { isUuid, option } from '@minos/common';
import type { SagaPage, SagaSummary } from '../contracts/saga-store.js';

type Place = NonNullable<SagaPage['after']>;

/** Where the next page begins, as a text that callers only pass on. */
export function cursorOf({ startedAt, instance: { id } }: SagaSummary): string {
  return Buffer.from(`${startedAt} ${id}`).toString('base64url');
}

export function placeOf(cursor: string): Place | undefined {
  const [startedAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  return /^\d{1,15}$/.test(startedAt) && isUuid(id) ? { startedAt: Number(startedAt), id } : undefined;
}

export const CURSOR = option.custom<string>(
  'the `next` of another page',
  (value) => typeof value === 'string' && placeOf(value) !== undefined,
);
