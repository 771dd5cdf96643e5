import 'reflect-metadata';
import type { MessageClass } from '@minos/common';
import type { JsonSchema } from './json-schema.js';

/** `this.orderId = orderId;` of a constructor, which is what a parameter property becomes; minifiers rename the parameter and keep the property. */
const ASSIGNMENT = /\bthis\.([A-Za-z_$][\w$]*)\s*=\s*([A-Za-z_$][\w$]*)\s*[;,})]/g;
const CONSTRUCTOR = /\bconstructor\s*\(([^)]*)\)/;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*$/gm;

/**
 * What TypeScript has written down of a class's constructor: `design:paramtypes`, for the properties that are set straight from a parameter. TypeScript leaves out
 * what is optional and what may be null, so every type allows null and nothing is required. Interfaces and unions are open.
 */
export function reflectedProperties(target: MessageClass): Readonly<Record<string, JsonSchema>> {
  const types = Reflect.getMetadata('design:paramtypes', target) as readonly unknown[] | undefined;
  const source = Function.prototype.toString.call(target).replace(COMMENT, '');
  const parameters = CONSTRUCTOR.exec(source);
  if (types === undefined || parameters === null) return {};
  const names = (parameters[1] ?? '').split(',').map((name) => name.trim());
  const found: Record<string, JsonSchema> = {};
  for (const [, property = '', parameter = ''] of source.slice(parameters.index).matchAll(ASSIGNMENT)) {
    const at = names.indexOf(parameter);
    if (at >= 0 && !(property in found)) found[property] = schemaOf(types[at]);
  }
  return found;
}

function schemaOf(type: unknown): JsonSchema {
  switch (type) {
    case String:
      return { type: ['string', 'null'] };
    case Number:
      return { type: ['number', 'null'] };
    case Boolean:
      return { type: ['boolean', 'null'] };
    case Array:
      return { type: ['array', 'null'] };
    default:
      return {};
  }
}
