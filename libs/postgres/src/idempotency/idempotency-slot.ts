import { createHash } from 'node:crypto';
import type { IdempotencyScope } from '@minos/common';

/** The scope as the list that its digest is made of. */
export const scopeText = ({ tenant = '', principal, method, route, key }: IdempotencyScope): string =>
  JSON.stringify([principal, method, route, key, tenant]);

export const slotOf = (scope: IdempotencyScope): string => createHash('sha256').update(scopeText(scope)).digest('base64url');
