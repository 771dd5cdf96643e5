import { BadRequestException } from '@nestjs/common';

export interface ListQuery {
  readonly limit: number;
  readonly after: string | undefined;
}

const DEFAULT_LIMIT = 50;
const MOST = 200;
const LONGEST = 1_000;

/** Reads `?limit=&after=`; a 400 names what does not fit. */
export function readListQuery(limit: unknown, after: unknown): ListQuery {
  const errors: { path: string; message: string }[] = [];
  const count = limit === undefined || limit === '' ? DEFAULT_LIMIT : countOf(limit);
  if (count < 1 || count > MOST) errors.push({ path: 'limit', message: `limit must be a whole number from 1 to ${MOST}` });
  const behind = after === '' ? undefined : after;
  if (behind !== undefined && (typeof behind !== 'string' || behind.length > LONGEST))
    errors.push({ path: 'after', message: 'after must be the next of the page before' });
  if (errors.length > 0) {
    const message = `The request does not fit: ${errors.map(({ path }) => path).join(', ')}.`;
    throw new BadRequestException({ message, code: 'VALIDATION_FAILED', errors });
  }
  return { limit: count, after: behind as string | undefined };
}

/** 0 for what is no count. */
function countOf(text: unknown): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
