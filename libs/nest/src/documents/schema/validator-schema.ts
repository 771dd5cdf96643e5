import { createRequire } from 'node:module';
import type { MessageClass } from '@minos/common';
import { propertiesOf, type JsonSchema, type StandaloneSchema } from './json-schema.js';

/** What is used of class-transformer's knowledge of nested classes. */
interface TransformerStorage {
  findTypeMetadata(
    target: unknown,
    property: string,
  ): { readonly typeFunction?: () => unknown; readonly reflectedType?: unknown } | undefined;
}

interface Converter {
  targetConstructorToSchema(target: MessageClass, options: object): JsonSchema;
}

/** The rules of class-validator on a class as JSON Schema; `undefined` where it has none. */
export type ValidatorSchemas = (target: MessageClass) => StandaloneSchema | undefined;

const POINTER = '#/definitions/';

/** `undefined` where class-validator-jsonschema is not installed: then rules are not shown. */
export function validatorSchemas(): ValidatorSchemas | undefined {
  try {
    const converter = require('class-validator-jsonschema') as Converter;
    // Resolved from the converter, so that both mean the same copy; it has no public name for its storage.
    const near = createRequire(require.resolve('class-validator-jsonschema'));
    const { defaultMetadataStorage: types } = near('class-transformer/cjs/storage') as { defaultMetadataStorage: TransformerStorage };
    return (target) => schemaOf(target, converter, types);
  } catch {
    return undefined;
  }
}

function schemaOf(target: MessageClass, converter: Converter, types: TransformerStorage): StandaloneSchema | undefined {
  const options = { classTransformerMetadataStorage: types, refPointerPrefix: POINTER };
  const root = converter.targetConstructorToSchema(target, options);
  if (Object.keys(propertiesOf(root)).length === 0) return undefined;
  const definitions: Record<string, JsonSchema> = {};
  const waiting: [MessageClass, JsonSchema][] = [[target, root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [owner, schema] = next;
    for (const nested of Object.keys(propertiesOf(schema)).flatMap((property) => nestedClass(owner, property, types) ?? [])) {
      if (nested.name in definitions) continue;
      const found = converter.targetConstructorToSchema(nested, options);
      definitions[nested.name] = found;
      waiting.push([nested, found]);
    }
  }
  return { root, definitions };
}

/** `@Type` may stand on a class above. */
function nestedClass(owner: MessageClass, property: string, types: TransformerStorage): MessageClass | undefined {
  for (let one: unknown = owner; typeof one === 'function' && one !== Function.prototype; one = Object.getPrototypeOf(one)) {
    const found = types.findTypeMetadata(one, property);
    const type = found?.typeFunction?.() ?? found?.reflectedType;
    if (typeof type === 'function') return BUILT_IN.has(type) ? undefined : (type as MessageClass);
  }
  return undefined;
}

const BUILT_IN: ReadonlySet<unknown> = new Set([Array, Object, String, Number, Boolean, Date, Map, Set]);
