import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { encodeMessage, messageMetadataOf } from '@minos/common';

/** How a piece of work under test ended. */
export type Ending = { readonly returned: unknown } | { readonly threw: unknown };

/** Fails with a diff unless the events are these, in this order. */
export function expectEvents(found: readonly object[], expected: readonly object[], caller: (...values: never[]) => unknown): void {
  const [actual, wanted] = [found.map(describeEvent), expected.map(describeEvent)];
  if (isDeepStrictEqual(actual, wanted)) return;
  fail(`The recorded events are not the expected ones (${count(found)} instead of ${count(expected)}).`, actual, wanted, caller);
}

/** Fails unless the work threw an error with this code (or, where it has none, of this name). */
export function expectRejection(ending: Ending, code: string, found: readonly object[], caller: (...values: never[]) => unknown): void {
  if (!('threw' in ending)) {
    return fail(`A rejection "${code}" was expected, but the command was accepted.`, found.map(describeEvent), { rejected: code }, caller);
  }
  const actual = codeOf(ending.threw);
  if (actual === code) return;
  const error = fail.bind(undefined, `A rejection "${code}" was expected, but the command threw ${String(ending.threw)}.`);
  error({ rejected: actual }, { rejected: code }, caller, ending.threw);
}

/** Fails unless the work returned this. */
export function expectReturned(ending: Ending, value: unknown, caller: (...values: never[]) => unknown): void {
  expectReturn(ending);
  if (isDeepStrictEqual(ending.returned, value)) return;
  fail('The command returned something else than expected.', ending.returned, value, caller);
}

/** Throws on what the work threw, where it should have returned. */
export function expectReturn(ending: Ending): asserts ending is { readonly returned: unknown } {
  if ('threw' in ending) throw ending.threw;
}

export function fail(message: string, actual: unknown, expected: unknown, caller: (...values: never[]) => unknown, cause?: unknown): never {
  const error = new AssertionError({ actual, expected, operator: 'deepStrictEqual', stackStartFn: caller });
  error.message = `${message}\n\n${error.message}`;
  if (cause !== undefined) error.cause = cause;
  throw error;
}

/** The durable name and the data as they would be stored; throws `PAYLOAD_REFUSED` for an event that cannot be. */
function describeEvent(event: object): object {
  const metadata = messageMetadataOf(event.constructor);
  return { event: metadata?.name ?? event.constructor.name, data: encodeMessage(event) };
}

function codeOf(error: unknown): unknown {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return code ?? name ?? error;
}

function count(events: readonly object[]): string {
  return events.length === 1 ? '1 event' : `${events.length} events`;
}
