import { definePersonal } from './message-metadata.js';

/**
 * Marks a property of a message as personal data of the person whose id stands in the property `subject`, so that it can be stored
 * encrypted under that person's key. Put it on a declared property: a decorator on a constructor parameter learns no property name.
 */
export function Personal<S extends string>(options: {
  readonly subject: S;
}): <T extends { readonly [K in S]: string }>(target: T, property: string) => void {
  return (target, property) => definePersonal(target, { property, subject: options.subject });
}
