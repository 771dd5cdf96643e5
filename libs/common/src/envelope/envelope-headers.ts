import type { JsonValue } from '../contracts/json.js';
import { checkEnvelope, TEXT_ATTRIBUTES, type Envelope } from './envelope.js';

/** Headers as brokers give them. */
export type IncomingHeaders = Readonly<Record<string, string | Uint8Array | null | undefined>>;

const PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';
const TEXT: ReadonlySet<string> = new Set(TEXT_ATTRIBUTES);
/** The attributes of the headers that are written as {@link toHeaders} writes them. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map<string, string>([
  ...TEXT_ATTRIBUTES.map((name) => [PREFIX + name, name] as const),
  [`${PREFIX}schemaversion`, 'schemaversion'],
  [CONTENT_TYPE, 'datacontenttype'],
]);

const HEADERS = Object.fromEntries(TEXT_ATTRIBUTES.map((name) => [name, PREFIX + name])) as Readonly<
  Record<(typeof TEXT_ATTRIBUTES)[number], string>
>;

/** The headers of CloudEvents' binary mode over Kafka: `ce_<attribute>`, and `content-type`; the body is `data` as JSON. */
export function toHeaders(envelope: Envelope): Record<string, string> {
  const headers: Record<string, string> = { [CONTENT_TYPE]: envelope.datacontenttype };
  for (const name of TEXT_ATTRIBUTES) {
    const value = envelope[name];
    if (value !== undefined && name !== 'datacontenttype') headers[HEADERS[name]] = value;
  }
  headers[`${PREFIX}schemaversion`] = String(envelope.schemaversion);
  const { extensions } = envelope;
  if (extensions !== undefined) for (const [name, value] of Object.entries(extensions)) headers[PREFIX + name] = value;
  return headers;
}

/**
 * The envelope of a message from its headers and its decoded body. Names are taken in any case; `ce_` attributes that the suite does not
 * know become `extensions`; a producer outside the suite may leave out `schemaversion` (1), `time` and the content type. Throws `ENVELOPE_INVALID`.
 */
export function fromHeaders<D extends JsonValue>(
  headers: IncomingHeaders,
  data: D,
  defaults: { readonly time?: string } = {},
): Envelope<D> {
  const known: Record<string, unknown> = { datacontenttype: 'application/json', schemaversion: 1, ...defaults };
  let extensions: Record<string, string> | undefined;
  for (const header of Object.keys(headers)) {
    const value = headers[header];
    const name = attributeOf(header);
    if (name === undefined || value === null || value === undefined) continue;
    if (name === 'schemaversion') known[name] = Number(textOf(value));
    else if (TEXT.has(name)) known[name] = textOf(value);
    else (extensions ??= {})[name] = textOf(value);
  }
  if (extensions !== undefined) known['extensions'] = extensions;
  known['data'] = data;
  return checkEnvelope<D>(known);
}

function attributeOf(header: string): string | undefined {
  const known = ATTRIBUTES.get(header);
  if (known !== undefined) return known;
  const name = header.toLowerCase();
  if (name === CONTENT_TYPE) return 'datacontenttype';
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

function textOf(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
}
