import { formatPath } from '@minos/common';
import type { ProblemField } from '../problem/problem-document.js';

/** How much a body may hold, so that checking it stays cheap: class-transformer compares every key of an object with every other. */
export interface BodyShapeLimits {
  /** Fields of one object at the most. @default 1000 */
  readonly fields: number;
  /** Fields and items of the whole body at the most. @default 10000 */
  readonly values: number;
}

export const DEFAULT_BODY_SHAPE: BodyShapeLimits = Object.freeze({ fields: 1_000, values: 10_000 });

type Path = readonly PropertyKey[];
type Place = readonly [path: Path, value: unknown];

/** What is wrong with the shape of a body before anybody looks at its class; `undefined` where nothing is. Bounded by the limits. */
export function shapeFault(body: unknown, limits: BodyShapeLimits): ProblemField | undefined {
  const open: Place[] = [[[], body]];
  let values = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [path, value] = place;
    if (typeof value !== 'object' || value === null) continue;
    const keys = Object.keys(value);
    values += keys.length;
    if (values > limits.values) return fault(path, `the body must not hold more than ${limits.values} values`);
    const wrong = Array.isArray(value) ? undefined : fieldFault(path, keys, limits);
    if (wrong !== undefined) return wrong;
    for (const [key, member] of Object.entries(value)) open.push([[...path, Array.isArray(value) ? Number(key) : key], member]);
  }
  return undefined;
}

function fieldFault(path: Path, keys: readonly string[], { fields }: BodyShapeLimits): ProblemField | undefined {
  if (keys.length > fields) return fault(path, `must not have more than ${fields} fields`);
  const inherited = keys.find((key) => key in Object.prototype);
  if (inherited === undefined) return undefined;
  return fault([...path, inherited], 'is the name of something that every object has; no field may have it');
}

const fault = (path: Path, message: string): ProblemField => ({ path: formatPath(path), message });
