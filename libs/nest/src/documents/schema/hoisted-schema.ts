import type { JsonSchema, StandaloneSchema } from './json-schema.js';

const LOCAL = /^#\/(?:\$defs|definitions|components\/schemas)\/(.+)$/;

/** The schema and its definitions as components of one document: the schema under `key`, each definition under `<key>.<name>`, references pointing there. */
export function hoisted(key: string, { root, definitions }: StandaloneSchema): Readonly<Record<string, JsonSchema>> {
  const placed = (schema: JsonSchema): JsonSchema => relocated(schema, key) as JsonSchema;
  const components: Record<string, JsonSchema> = { [key]: placed(root) };
  for (const [name, schema] of Object.entries(definitions)) components[`${key}.${componentName(name)}`] = placed(schema);
  return components;
}

/** What may stand as a key of `components`. */
export function componentName(text: string): string {
  return text.replace(/[^\w-]/g, '_');
}

function relocated(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => relocated(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === '$ref' && typeof item === 'string' ? targetOf(item, key) : relocated(item, key),
    ]),
  );
}

function targetOf(reference: string, key: string): string {
  if (reference === '#') return `#/components/schemas/${key}`;
  const name = LOCAL.exec(reference)?.[1];
  return name === undefined ? reference : `#/components/schemas/${key}.${componentName(decodeURIComponent(name))}`;
}
