import type { ValidationError } from 'class-validator';
import type { MessageFault } from './middleware.errors.js';

/** What class-validator knows of one rule of a property. */
export interface Rule {
  readonly type: string;
  readonly propertyName: string;
  readonly each: boolean;
}

/** The faults that class-validator found, by their paths, and those that it does not find. */
export function faultsOf(
  errors: readonly ValidationError[],
  instance: object,
  rulesOf: (type: object) => readonly Rule[],
): readonly MessageFault[] {
  const faults: MessageFault[] = [];
  for (const error of errors) collect(error, '', faults);
  listsInPlaceOfObjects(instance, '', rulesOf, faults);
  return faults;
}

function collect({ property, constraints = {}, children = [] }: ValidationError, parent: string, faults: MessageFault[]): void {
  const path = join(parent, property);
  // It lists the rules from the last decorator to the first.
  const messages = Object.values(constraints).reverse();
  if (messages.length > 0) faults.push({ path, message: messages.join('; ') });
  for (const child of children) collect(child, path, faults);
}

/** class-validator takes the items of a list for the object where one belongs, so an empty list would pass for an object that lacks every field. */
function listsInPlaceOfObjects(instance: object, parent: string, rulesOf: (type: object) => readonly Rule[], faults: MessageFault[]): void {
  for (const rule of rulesOf(instance.constructor)) {
    if (rule.type !== 'nestedValidation') continue;
    for (const [path, object] of nestedObjects(instance, rule, parent)) {
      if (Array.isArray(object)) faults.push({ path, message: 'must be an object, not a list' });
      else if (typeof object === 'object' && object !== null) listsInPlaceOfObjects(object, path, rulesOf, faults);
    }
  }
}

function nestedObjects(
  instance: object,
  { propertyName, each }: Rule,
  parent: string,
): readonly (readonly [path: string, value: unknown])[] {
  const value: unknown = Reflect.get(instance, propertyName);
  const path = join(parent, propertyName);
  if (!Array.isArray(value) || !(each || mayBeList(instance, propertyName))) return [[path, value]];
  return value.map((item: unknown, index) => [`${path}[${index}]`, item]);
}

/** By the declared type; where there is none, or one that says nothing, a list is taken. */
function mayBeList(instance: object, property: string): boolean {
  const { getMetadata } = Reflect as { getMetadata?: (key: string, target: object, property: string) => unknown };
  const declared = getMetadata?.('design:type', instance, property);
  return declared === undefined || declared === Array || declared === Object;
}

function join(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}
