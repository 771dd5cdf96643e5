import type { JsonValue } from '../contracts/json.js';
import { checkEnvelope, TEXT_ATTRIBUTES, type Envelope } from './envelope.js';

/** Headers as brokers give them. */
export type IncomingHeaders = Readonly<Record<string, string | Uint8Array | null | undefined>>;

const PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';
const TEXT: ReadonlySet<string> = new Set(TEXT_ATTRIBUTES);

/** The headers of CloudEvents' binary mode over Kafka: `ce_<attribute>`, and `content-type`; the body is `data` as JSON. */
export function toHeaders(envelope: Envelope): Record<string, string> {
  const headers: Record<string, string> = { [CONTENT_TYPE]: envelope.datacontenttype };
  for (const name of TEXT_ATTRIBUTES) {
    const value = envelope[name];
    if (value !== undefined && name !== 'datacontenttype') headers[PREFIX + name] = value;
  }
  headers[`${PREFIX}schemaversion`] = String(envelope.schemaversion);
  for (const [name, value] of Object.entries(envelope.extensions ?? {})) headers[PREFIX + name] = value;
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
  const extensions: Record<string, string> = {};
  for (const [name, value] of attributesIn(headers)) {
    if (name === 'schemaversion') known[name] = Number(value);
    else if (TEXT.has(name)) known[name] = value;
    else extensions[name] = value;
  }
  return checkEnvelope<D>({ ...known, ...(Object.keys(extensions).length > 0 && { extensions }), data });
}

function attributesIn(headers: IncomingHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([header, value]) => {
    const name = attributeOf(header.toLowerCase());
    return name === undefined || value === null || value === undefined ? [] : [[name, textOf(value)]];
  });
}

function attributeOf(header: string): string | undefined {
  if (header === CONTENT_TYPE) return 'datacontenttype';
  return header.startsWith(PREFIX) ? header.slice(PREFIX.length) : undefined;
}

function textOf(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
}
