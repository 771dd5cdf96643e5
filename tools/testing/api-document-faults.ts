import { schemasWithoutId } from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

/** What the official JSON Schema of AsyncAPI 3.0 finds wrong with a document, and references that lead nowhere. */
export function asyncApiFaults(document: object): string[] {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(schemasWithoutId['3.0.0'] as object);
  validate(document);
  const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return [...faults, ...lostReferences(document)];
}

/** What the official JSON Schema of the document's OpenAPI version finds wrong with it, and references that lead nowhere. */
export async function openApiFaults(document: object): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  return [...(valid ? [] : [JSON.stringify(errors)]), ...lostReferences(document)];
}

/** What a schema of the document finds wrong with a value; its references go to the document's components. */
export function schemaFaults(document: object, schema: object, value: unknown): string[] {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
  addFormats(ajv);
  const validate = ajv.compile({ ...schema, components: (document as { components: object }).components });
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function lostReferences(document: object): string[] {
  return referencesIn(document)
    .filter((reference) => !leads(document, reference))
    .map((reference) => `${reference} leads nowhere`);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => (name === '$ref' && typeof item === 'string' ? [item] : referencesIn(item)));
}

function leads(document: object, reference: string): boolean {
  let at: unknown = document;
  for (const step of reference.replace(/^#\//, '').split('/'))
    at = (at as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  return at !== undefined;
}
