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
  const count = countOf(limit);
  const behind = behindOf(after, isAfter);
  if (count !== undefined && behind !== undefined) return { limit: count, after: behind === '' ? undefined : behind };
  const errors: ProblemField[] = [];
  if (count === undefined) errors.push({ path: 'limit', message: `limit must be a whole number from 1 to ${MOST}` });
  if (behind === undefined) errors.push({ path: 'after', message: 'after must be the next of the page before' });
  throw validationRefusal(errors);
}

/** `undefined` for what is no count within the bounds. */
function countOf(limit: unknown): number | undefined {
  if (limit === undefined || limit === '') return DEFAULT_LIMIT;
  const count = typeof limit === 'string' && /^\d{1,9}$/.test(limit) ? Number(limit) : 0;
  return count >= 1 && count <= MOST ? count : undefined;
}

/** Empty for the first page, `undefined` for what cannot be behind a page. */
function behindOf(after: unknown, isAfter: (text: string) => boolean): string | undefined {
  if (after === undefined || after === '') return '';
  return typeof after === 'string' && after.length <= LONGEST && isAfter(after) ? after : undefined;
}
