import { requireAccess, type RequiredAccess, type RouteDecorator } from '@minos/common';
import { AccessInvalidError } from './access.errors.js';

/** The decorator that asks for these names, of a class or of a method. A list without names would ask for nothing, which nobody means who writes it. */
export function namedAccess(decorator: string, kind: keyof RequiredAccess, names: readonly string[]): RouteDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) throw new AccessInvalidError(decorator);
  return (target, _key, descriptor) => requireAccess((descriptor?.value as object | undefined) ?? target, { [kind]: names });
}
