import type { JsonSchema } from './json-schema.js';

/** A schema of OpenAPI 3.0 as JSON Schema: `nullable` and exclusive bounds are said in another way there. */
export function fromOpenApi(schema: JsonSchema): JsonSchema {
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest } = schema;
  const converted: Record<string, unknown> = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, convert(name, value)]));
  if (example !== undefined && converted['examples'] === undefined) converted['examples'] = [example];
  Object.assign(converted, bound('inimum', minimum, exclusiveMinimum), bound('aximum', maximum, exclusiveMaximum));
  return nullable === true ? orNull(converted) : converted;
}

/** Values are not schemas, whatever they look like. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'default', 'const', 'examples', 'required']);

function convert(name: string, value: unknown): unknown {
  if (VALUES.has(name) || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => convert('', item));
  if (name !== 'properties') return fromOpenApi(value as JsonSchema);
  return Object.fromEntries(Object.entries(value).map(([property, schema]) => [property, fromOpenApi(schema as JsonSchema)]));
}

function bound(end: 'inimum' | 'aximum', value: unknown, exclusive: unknown): JsonSchema {
  const [plain, strict] = [`m${end}`, `exclusiveM${end}`];
  if (exclusive === true) return { [strict]: value };
  const bounds = { [plain]: value, [strict]: exclusive === false ? undefined : exclusive };
  return Object.fromEntries(Object.entries(bounds).filter(([, given]) => given !== undefined));
}

function orNull(schema: Record<string, unknown>): JsonSchema {
  const { type, description, enum: values, ...rest } = schema;
  const text = description === undefined ? {} : { description };
  const listed = Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {};
  if (typeof type === 'string') return { ...rest, ...text, ...listed, type: [type, 'null'] };
  return { ...text, anyOf: [{ ...rest, ...(values === undefined ? {} : { enum: values }) }, { type: 'null' }] };
}
