import type { Type, ValidationError } from '@nestjs/common';

type ClassValidator = typeof import('class-validator');

const NESTED = 'nestedValidation';

/**
 * The lists that stand where a class wants an object, at any depth. class-validator takes the items of such a list for the objects, so an
 * empty one would pass for an object that lacks every field. `instance` was made by class-transformer.
 */
export function misplacedLists(instance: object): ValidationError[] {
  return [...nestedProperties(instance)].flatMap(([property, takesList]) => {
    const value: unknown = Reflect.get(instance, property);
    return Array.isArray(value) && takesList ? asError(property, itemErrors(value)) : objectErrors(property, value);
  });
}

/** The properties that `@ValidateNested()` marks, and whether each may be a list. */
function nestedProperties(instance: object): Map<string, boolean> {
  const { getMetadataStorage } = loadClassValidator();
  const type: unknown = instance.constructor;
  if (typeof type !== 'function') return new Map();
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const nested = rules.filter((rule) => rule.type === NESTED);
  return new Map(nested.map(({ propertyName, each }) => [propertyName, each || mayBeList(type as Type, propertyName)]));
}

/** By the declared type; where there is none, or one that says nothing, a list is taken. */
function mayBeList({ prototype }: Type, property: string): boolean {
  const declared: unknown = Reflect.getMetadata('design:type', prototype as object, property);
  return declared === undefined || declared === Array || declared === Object;
}

function itemErrors(items: readonly unknown[]): ValidationError[] {
  return items.flatMap((item, index) => objectErrors(String(index), item));
}

function objectErrors(property: string, value: unknown): ValidationError[] {
  if (Array.isArray(value)) return [{ property, value, constraints: { [NESTED]: 'must be an object, not a list' } }];
  return typeof value === 'object' && value !== null ? asError(property, misplacedLists(value)) : [];
}

function asError(property: string, children: ValidationError[]): ValidationError[] {
  return children.length === 0 ? [] : [{ property, children }];
}

/** By `require`, and only when it is needed: the package is optional, and its absence was told by Nest's pipe before. */
function loadClassValidator(): ClassValidator {
  return require('class-validator') as ClassValidator;
}
