import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { encodeMessage, messageMetadataOf } from '@minos/common';

/** How a piece of work under test ended. */
export type Ending = { readonly returned: unknown } | { readonly threw: unknown };

/** What a check fails with. */
export interface Failure {
  readonly message: string;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly cause?: unknown;
}

/** Fails with a diff unless the events are these, in this order. */
export function expectEvents(found: readonly object[], wanted: readonly object[]): void {
  const [actual, expected] = [found.map(describeEvent), wanted.map(describeEvent)];
  if (isDeepStrictEqual(actual, expected)) return;
  const counts = found.length === wanted.length ? '' : ` (${count(found)} instead of ${count(wanted)})`;
  fail({ message: `The recorded events are not the expected ones${counts}.`, actual, expected });
}

/** Fails unless the work threw an error with this code (or, where it has none, of this name). */
export function expectRejection(ending: Ending, code: string, found: readonly object[]): void {
  const expected = { rejected: code };
  if (!('threw' in ending)) {
    return fail({
      message: `A rejection "${code}" was expected, but the command was accepted.`,
      actual: found.map(describeEvent),
      expected,
    });
  }
  const { threw: cause } = ending;
  const actual = { rejected: codeOf(cause) };
  if (actual.rejected === code) return;
  fail({ message: `A rejection "${code}" was expected, but the command threw ${String(cause)}.`, actual, expected, cause });
}

/** Fails unless the work returned this. */
export function expectReturned(ending: Ending, expected: unknown): void {
  expectReturn(ending);
  const { returned: actual } = ending;
  if (!isDeepStrictEqual(actual, expected)) fail({ message: 'The command returned something else than expected.', actual, expected });
}

/** Throws on what the work threw, where it should have returned. */
export function expectReturn(ending: Ending): asserts ending is { readonly returned: unknown } {
  if ('threw' in ending) throw ending.threw;
}

export function fail({ message, actual, expected, cause }: Failure): never {
  // Runners make the diff of `actual` and `expected` themselves. Given to the constructor, the operator would bring a second one into the
  // message; and Jest shows no message that is written later.
  const error = new AssertionError({ message, actual, expected, stackStartFn: fail });
  error.operator = 'deepStrictEqual';
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
