import type { ProblemField } from '../problem/problem-document.js';
import { validationRefusal } from './validation-refusal.js';

/** Which page of a list is asked for. */
export interface PageQuery {
  /** Items at the most, 1 to 200. */
  readonly limit: number;
  /** The `next` of the page before; `undefined` is the first page. */
  readonly after: string | undefined;
}

const DEFAULT_LIMIT = 50;
const MOST = 200;
const LONGEST = 1_000;

/** Reads `?limit=&after=`: 50 items where nothing is said. `isAfter` tells what can be behind a page. Throws a 400 (`VALIDATION_FAILED`) that names what does not fit. */
export function readPageQuery(limit: unknown, after: unknown, isAfter: (text: string) => boolean = () => true): PageQuery {
  const errors: ProblemField[] = [];
  const count = limit === undefined || limit === '' ? DEFAULT_LIMIT : countOf(limit);
  if (count < 1 || count > MOST) errors.push({ path: 'limit', message: `limit must be a whole number from 1 to ${MOST}` });
  const behind = after === undefined || after === '' ? undefined : after;
  if (behind !== undefined && !(typeof behind === 'string' && behind.length <= LONGEST && isAfter(behind)))
    errors.push({ path: 'after', message: 'after must be the next of the page before' });
  if (errors.length > 0) throw validationRefusal(errors);
  return { limit: count, after: behind as string | undefined };
}

/** 0 for what is no count. */
function countOf(text: unknown): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
