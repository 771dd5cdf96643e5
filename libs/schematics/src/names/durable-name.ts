import { ElementNameInvalidError } from '../errors/schematic.errors.js';
import { given } from './generator-options.js';

/** As the registry of names has it. */
const DURABLE = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;

/**
 * The name on the wire: what the option says, or `<subject>.<rest>`, where the rest is the element without its subject: `place-order` of `order` is
 * `order.place`, `order-placed` is `order.placed`. Throws `ELEMENT_NAME_INVALID`.
 */
export function durableNameOf(kebab: string, subject: string | undefined, option?: string): string {
  const said = given(option);
  if (said !== undefined && !DURABLE.test(said)) {
    throw new ElementNameInvalidError(
      'nameOnWire',
      said,
      'give letters, digits, "-" and "_", in parts with dots between them, as order.place',
    );
  }
  return said ?? (subject === undefined ? kebab : `${subject}.${restOf(kebab, subject)}`);
}

/** The element without its subject; the whole where nothing would be left. */
export function restOf(kebab: string, subject: string | undefined): string {
  if (subject === undefined) return kebab;
  if (kebab.endsWith(`-${subject}`)) return kebab.slice(0, -subject.length - 1);
  return kebab.startsWith(`${subject}-`) ? kebab.slice(subject.length + 1) : kebab;
}
