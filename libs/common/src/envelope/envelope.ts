import type { JsonValue } from '../contracts/json.js';
import { EnvelopeInvalidError } from './envelope.errors.js';

/** The attributes of a message: CloudEvents 1.0 and the extensions of the suite. */
export interface EnvelopeAttributes {
  readonly specversion: '1.0';
  /** UUID; with `source` it names the message for ever. */
  readonly id: string;
  /** The service that published it. */
  readonly source: string;
  /** Durable name of the message. */
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: string;
  /** What it is about: the stream of an event. */
  readonly subject?: string;
  readonly dataschema?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** Messages with one key keep their order on a channel. */
  readonly partitionkey?: string;
  /** Ascends per key and channel: stream version or outbox id, as a decimal string because it may pass 2^53. */
  readonly sequence?: string;
  readonly traceparent?: string;
  /** Version of `type`; a whole number from 1. */
  readonly schemaversion: number;
  /** Left out where there are no tenants. */
  readonly tenant?: string;
  /** The signed claim set. */
  readonly principal?: string;
  /** Extensions of other producers, kept as they came. */
  readonly extensions?: Readonly<Record<string, string>>;
}

export interface Envelope<D extends JsonValue = JsonValue> extends EnvelopeAttributes {
  readonly data: D;
}

/** What a producer says; the rest has one value only. */
export type EnvelopeInit<D extends JsonValue = JsonValue> = Omit<Envelope<D>, 'specversion' | 'datacontenttype' | 'schemaversion'> & {
  readonly datacontenttype?: string;
  readonly schemaversion?: number;
};

/** Attributes that hold text, in the order of the interface. */
export const TEXT_ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'datacontenttype',
  'subject',
  'dataschema',
  'correlationid',
  'causationid',
  'partitionkey',
  'sequence',
  'traceparent',
  'tenant',
  'principal',
] as const satisfies readonly (keyof EnvelopeAttributes)[];

const REQUIRED: ReadonlySet<string> = new Set(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const SEQUENCE = /^\d{1,30}$/;
type TextAttribute = (typeof TEXT_ATTRIBUTES)[number];

const FORMS: Readonly<Partial<Record<TextAttribute, { readonly expected: string; accepts(value: string): boolean }>>> = {
  specversion: { expected: '"1.0"', accepts: (value) => value === '1.0' },
  time: { expected: 'an RFC 3339 time', accepts: (value) => TIME.test(value) && !Number.isNaN(Date.parse(value)) },
  sequence: { expected: 'a decimal number', accepts: (value) => SEQUENCE.test(value) },
};

const EXTENSION = /^[a-z0-9]{1,50}$/;

/** An envelope from what the producer says. Fields that are `undefined` or empty text are left out. Throws `ENVELOPE_INVALID`. */
export function createEnvelope<D extends JsonValue>(init: EnvelopeInit<D>): Envelope<D> {
  const envelope: Record<string, unknown> = { specversion: '1.0', datacontenttype: 'application/json', schemaversion: 1 };
  const given = init as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (name === 'data' || (value !== undefined && value !== '')) envelope[name] = value;
  }
  return checkEnvelope<D>(envelope);
}

/** Passes an envelope on if its structure is sound, else throws `ENVELOPE_INVALID` with all faults at once. Does not look into `data`. */
export function checkEnvelope<D extends JsonValue = JsonValue>(value: unknown): Envelope<D> {
  if (typeof value !== 'object' || value === null) throw new EnvelopeInvalidError([`found ${value === null ? 'null' : typeof value}`]);
  const faults = faultsOf(value as Record<string, unknown>);
  if (faults.length > 0) throw new EnvelopeInvalidError(faults);
  return value as Envelope<D>;
}

/** Runs for every message that is sent or received: it makes nothing where there is no fault. */
function faultsOf(envelope: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = [];
  for (const name of TEXT_ATTRIBUTES) {
    const fault = textFault(name, envelope[name]);
    if (fault !== undefined) faults.push(fault);
  }
  const { schemaversion, extensions } = envelope;
  if (!(Number.isSafeInteger(schemaversion) && (schemaversion as number) >= 1)) {
    faults.push(`schemaversion is ${String(schemaversion)}, not a whole number from 1`);
  }
  if (envelope['data'] === undefined) faults.push('data is missing');
  return extensions === undefined ? faults : [...faults, ...extensionFaults(extensions)];
}

function textFault(name: TextAttribute, value: unknown): string | undefined {
  if (value === undefined) return REQUIRED.has(name) ? `${name} is missing` : undefined;
  if (typeof value !== 'string') return `${name} is a ${typeof value}, not text`;
  if (value === '') return `${name} is empty`;
  const form = FORMS[name];
  return form === undefined || form.accepts(value) ? undefined : `${name} "${value}" is not ${form.expected}`;
}

function extensionFaults(extensions: unknown): string[] {
  if (typeof extensions !== 'object' || extensions === null) return ['extensions is no object'];
  return Object.entries(extensions).flatMap(([name, value]) => {
    if (!EXTENSION.test(name)) return [`the extension name "${name}" is not lower-case letters and digits`];
    return typeof value === 'string' ? [] : [`the extension ${name} is a ${typeof value}, not text`];
  });
}
