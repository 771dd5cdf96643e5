import { propertiesOf, requiredOf, type JsonSchema } from '../schema/json-schema.js';
import { type Html, html } from './html.js';

const SCHEMAS = '#/components/schemas/';
/** Limits that are shown beside the type. */
const LIMITS = [
  'format',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
];

/** Where a schema stands on the page. */
export const schemaAnchor = (key: string): string => `schema-${key}`;

/** The properties of a schema with their types, and the schema itself to unfold. */
export function schemaView(schema: JsonSchema): Html {
  const properties = Object.entries(propertiesOf(schema));
  const required = new Set(requiredOf(schema));
  const rows = properties.map(
    ([name, one]) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${typeOf(one)}</td>
        <td>${required.has(name) ? 'yes' : ''}</td>
        <td>${remarksOf(one)}</td>
      </tr>`,
  );
  const table = html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Property</th>
          <th>Type</th>
          <th>Required</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return html`${textOf(schema)}${rows.length === 0 ? undefined : table}
    <details>
      <summary>JSON Schema</summary>
      <pre>${JSON.stringify(schema, null, 2)}</pre>
    </details>`;
}

function textOf({ description }: JsonSchema): Html | undefined {
  return typeof description === 'string' ? html`<p class="quiet">${description}</p>` : undefined;
}

function typeOf(schema: JsonSchema): Html {
  const { $ref, type, items } = schema;
  if (typeof $ref === 'string') return link($ref);
  if (typeof items === 'object' && items !== null) return html`list of ${typeOf(items as JsonSchema)}`;
  if ('const' in schema) return html`<code>${JSON.stringify(schema['const'])}</code>`;
  if (typeof type === 'string') return html`${type}`;
  return Array.isArray(type) ? html`${type.join(' or ')}` : choicesOf(schema);
}

function choicesOf({ anyOf, oneOf, allOf }: JsonSchema): Html {
  const choices = anyOf ?? oneOf ?? allOf;
  if (!Array.isArray(choices)) return html`any`;
  const between = allOf === undefined ? ' or ' : ' and ';
  return html`${choices.map((choice, index) => html`${index === 0 ? '' : between}${typeOf(choice as JsonSchema)}`)}`;
}

function link(reference: string): Html {
  if (!reference.startsWith(SCHEMAS)) return html`<code>${reference}</code>`;
  const key = reference.slice(SCHEMAS.length);
  return html`<a href="#${schemaAnchor(key)}">${key}</a>`;
}

function remarksOf(schema: JsonSchema): Html {
  const limits = LIMITS.flatMap((name) =>
    schema[name] === undefined ? [] : [html` <code>${name}: ${JSON.stringify(schema[name])}</code>`],
  );
  const values = Array.isArray(schema['enum'])
    ? html` <code>${schema['enum'].map((value) => JSON.stringify(value)).join(' | ')}</code>`
    : undefined;
  const personal = schema['x-minos-personal'] === undefined ? undefined : html` <strong>personal data</strong>`;
  return html`${typeof schema['description'] === 'string' ? schema['description'] : ''}${values}${limits}${personal}`;
}
