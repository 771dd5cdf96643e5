import type { MessageMetadata } from '@minos/common';
import type { JsonSchema, StandaloneSchema } from './json-schema.js';

const DRAFT = 'draft-07';
/** For zod: what JSON cannot say is left open, such as a date before it is coerced. */
const OPEN = { unrepresentable: 'any' };

/** What is used of a schema object, where it has it; the Standard Schema itself says nothing about JSON Schema. */
interface DescribedSchema {
  readonly '~standard': {
    /** Of the newer Standard JSON Schema. */
    readonly jsonSchema?: { input?(options: { readonly target: string; readonly libraryOptions?: object }): unknown };
  };
  readonly toJSONSchema?: (options: object) => unknown;
  readonly toJsonSchema?: () => unknown;
}

/** The JSON Schema of what a message's schema reads, which is what the wire carries; `undefined` where the schema's library does not offer one. */
export function schemaOfStandard(schema: NonNullable<MessageMetadata['schema']>): StandaloneSchema | undefined {
  const described = schema as DescribedSchema;
  for (const way of WAYS) {
    const found = attempt(() => way(described));
    if (found !== undefined) return standalone(found);
  }
  return undefined;
}

const WAYS: readonly ((schema: DescribedSchema) => unknown)[] = [
  (schema) => schema['~standard'].jsonSchema?.input?.({ target: DRAFT, libraryOptions: OPEN }),
  (schema) => schema.toJSONSchema?.({ target: 'draft-7', io: 'input', ...OPEN }),
  (schema) => schema.toJsonSchema?.(),
];

/** A library throws where JSON Schema has no word for a type. */
function attempt(work: () => unknown): JsonSchema | undefined {
  try {
    const found = work();
    return typeof found === 'object' && found !== null ? (found as JsonSchema) : undefined;
  } catch {
    return undefined;
  }
}

function standalone(schema: JsonSchema): StandaloneSchema {
  const { $schema: _, $id: __, $defs, definitions, ...root } = schema;
  return { root, definitions: { ...(definitions as object), ...($defs as object) } };
}
