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
  const attributes: Record<string, unknown> = { datacontenttype: 'application/json', schemaversion: 1 };
  if (defaults.time !== undefined) attributes['time'] = defaults.time;
  const extensions: Record<string, string> = {};
  for (const [header, raw] of Object.entries(headers)) {
    if (raw === null || raw === undefined) continue;
    const name = attributeOf(header.toLowerCase());
    if (name === undefined) continue;
    const value = typeof raw === 'string' ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
    if (name === 'schemaversion') attributes[name] = Number(value);
    else if (TEXT.has(name)) attributes[name] = value;
    else extensions[name] = value;
  }
  if (Object.keys(extensions).length > 0) attributes['extensions'] = extensions;
  return checkEnvelope<D>({ ...attributes, data });
}

function attributeOf(header: string): string | undefined {
  if (header === CONTENT_TYPE) return 'datacontenttype';
  return header.startsWith(PREFIX) ? header.slice(PREFIX.length) : undefined;
}
