import type { MessageMetadata } from '@minos/common';
import { fromOpenApi } from './from-openapi.js';
import { propertiesOf, requiredOf, type JsonSchema, type StandaloneSchema } from './json-schema.js';
import { reflectedProperties } from './reflected-schema.js';
import { schemaOfStandard } from './standard-schema.js';
import type { SwaggerSchemas } from './swagger-schemas.js';
import type { ValidatorSchemas } from './validator-schema.js';

/** Where schemas come from besides the message itself; a source that is not installed is left out. */
export interface SchemaSources {
  readonly swagger?: SwaggerSchemas;
  readonly validator?: ValidatorSchemas;
}

const OPEN =
  'Nothing is declared about the data. A schema in the decorator, rules of class-validator or @ApiProperty on the class would be shown here.';
const REFLECTED = 'Read from the types of the constructor, which do not say what may be missing.';
const NOTHING: StandaloneSchema = { root: {}, definitions: {} };
/** What @ApiProperty says about a property beside its type. */
const REMARKS = ['title', 'description', 'examples', 'deprecated', 'default'];

/**
 * The schema of a message's data on the wire. The schema of its decorator holds alone, because it is what reads the message; else class-validator's rules,
 * then @ApiProperty, then the types of the constructor, property by property.
 */
export function payloadSchema(metadata: MessageMetadata, sources: SchemaSources): StandaloneSchema {
  const { schema } = metadata;
  const given = schema === undefined ? undefined : schemaOfStandard(schema);
  const found = given ?? declared(metadata, sources);
  return { ...found, root: withPersonal(found.root, metadata) };
}

function declared({ target }: MessageMetadata, { swagger, validator }: SchemaSources): StandaloneSchema {
  const rules = validator?.(target) ?? NOTHING;
  const shown = openApiSchema(swagger?.(target));
  const properties = { ...reflectedProperties(target), ...merged(rules.root, shown.root) };
  const required = requiredIn(rules.root, shown.root);
  const known = Object.keys(properties).length > 0;
  const root = {
    type: 'object',
    ...describedBy(shown.root, rules === NOTHING && shown === NOTHING ? noteOn(known) : undefined),
    ...(known ? { properties } : {}),
    ...(required.length === 0 ? {} : { required }),
  };
  return { root, definitions: { ...shown.definitions, ...rules.definitions } };
}

const noteOn = (known: boolean): string => (known ? REFLECTED : OPEN);

/** Rules say what holds; what @ApiProperty says beside the type stays. */
function merged(ruled: JsonSchema, documented: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const properties: Record<string, JsonSchema> = { ...propertiesOf(documented) };
  for (const [name, schema] of Object.entries(propertiesOf(ruled))) properties[name] = { ...schema, ...remarks(properties[name]) };
  return properties;
}

function requiredIn(ruled: JsonSchema, documented: JsonSchema): readonly string[] {
  return [...requiredOf(ruled), ...requiredOf(documented).filter((name) => !(name in propertiesOf(ruled)))];
}

function openApiSchema(schema: StandaloneSchema | undefined): StandaloneSchema {
  if (schema === undefined) return NOTHING;
  const definitions = Object.fromEntries(Object.entries(schema.definitions).map(([name, one]) => [name, fromOpenApi(one)]));
  return { root: fromOpenApi(schema.root), definitions };
}

function describedBy({ description, title }: JsonSchema, otherwise: string | undefined): JsonSchema {
  const text = description ?? otherwise;
  return { ...(title === undefined ? {} : { title }), ...(text === undefined ? {} : { description: text }) };
}

function remarks(schema: JsonSchema | undefined): JsonSchema {
  return Object.fromEntries(REMARKS.flatMap((name) => (schema?.[name] === undefined ? [] : [[name, schema[name]]])));
}

/** Personal data is marked with the property that names the person. */
function withPersonal(root: JsonSchema, { personal }: MessageMetadata): JsonSchema {
  if (personal.length === 0) return root;
  const properties: Record<string, JsonSchema> = { ...propertiesOf(root) };
  for (const { property, subject } of personal) properties[property] = { ...properties[property], 'x-minos-personal': { subject } };
  return { ...root, properties };
}
