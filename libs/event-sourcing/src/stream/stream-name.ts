import type { StreamName } from '../contracts/event-store.js';
import { StreamNameError } from './stream.errors.js';

const LONGEST = 500;

/**
 * The name of a stream: `<category>-<id>`. The category is the aggregate's durable name and has no hyphen, so the two parts can always be
 * told apart; the id is anything but empty.
 */
export function streamName(category: string, id: string): StreamName {
  const name = `${category}-${id}`;
  if (category === '' || category.includes('-')) throw new StreamNameError(name, 'its category is empty or has a hyphen');
  if (typeof id !== 'string' || id === '') throw new StreamNameError(name, 'its id is empty or no string');
  if (name.length > LONGEST)
    throw new StreamNameError(`${name.slice(0, 60)}…`, `it has ${name.length} characters, the limit is ${LONGEST}`);
  if (name.includes('\0')) throw new StreamNameError(name.replaceAll('\0', '\\0'), 'it holds a NUL character');
  return name as StreamName;
}

/** The two parts of a stream's name. */
export function partsOfStream(stream: StreamName): { readonly category: string; readonly id: string } {
  const hyphen = stream.indexOf('-');
  return { category: stream.slice(0, hyphen), id: stream.slice(hyphen + 1) };
}
