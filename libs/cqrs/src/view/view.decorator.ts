import { defineMetadata, ownMetadata } from '@minos/common';
import { ViewInvalidError } from '../errors/view.errors.js';
import { isFieldName } from './field-name.js';

/** A class of rows; it is never made, its properties say what a row has. JSON types only. */
export type RowClass<T extends object = object> = abstract new (...args: never[]) => T;

export interface ViewOptions<T extends object = object> {
  /** The field that holds the key, a text. @default 'id' */
  readonly key?: string & keyof T;
  /** Fields by which rows are found and put in order, together. @default none */
  readonly indexes?: readonly (readonly (string & keyof T)[])[];
}

export interface ViewDefinition {
  readonly name: string;
  readonly key: string;
  readonly indexes: readonly (readonly string[])[];
}

const VIEW = Symbol.for('@minos/cqrs/view');
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Names a table of rows that a projection makes. Its tables carry the version of the projection: `orders_v1`. */
export function View<T extends object>(name: string, options: ViewOptions<T> = {}): (type: RowClass<T>) => void {
  const { key = 'id', indexes = [] } = options;
  return (type) => {
    if (!NAME.test(name))
      throw new ViewInvalidError(type.name, `"${name}" is no name of a table: use up to 40 of a to z, 0 to 9 and _, a letter first`);
    const fields: readonly string[] = [key, ...indexes.flat()];
    const wrong = fields.filter((field) => !isFieldName(field))[0];
    if (wrong !== undefined) throw new ViewInvalidError(type.name, `"${wrong}" is no name of a field`);
    const definition: ViewDefinition = { name, key, indexes };
    defineMetadata(type, VIEW, Object.freeze(definition));
  };
}

/** Throws `VIEW_INVALID` where the class has no `@View`. */
export function viewDefinitionOf(type: RowClass): ViewDefinition {
  const found = ownMetadata<ViewDefinition>(type, VIEW);
  if (found === undefined) throw new ViewInvalidError(type.name, "it is missing: write @View('…') on the class");
  return found;
}
