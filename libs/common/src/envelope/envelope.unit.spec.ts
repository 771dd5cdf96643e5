import * as fc from 'fast-check';
import { isMinosError } from '../errors/minos-error.js';
import { checkEnvelope, createEnvelope } from './envelope.js';
import type { Envelope } from './envelope.js';
import { fromHeaders, toHeaders } from './envelope-headers.js';

const INIT = {
  id: '0190a3c2-7b1e-7000-8000-000000000001',
  source: 'order',
  type: 'order.placed',
  time: '2026-01-02T03:04:05.678Z',
  data: { orderId: '7' },
};

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (isMinosError(error, 'ENVELOPE_INVALID')) return error.details['faults'] as string[];
    throw error;
  }
  return [];
}

describe('createEnvelope', () => {
  it('fills in what has one value only, and leaves out what is not there', () => {
    expect(createEnvelope({ ...INIT, subject: undefined, tenant: '' })).toEqual({
      ...INIT,
      specversion: '1.0',
      datacontenttype: 'application/json',
      schemaversion: 1,
    });
  });

  it('keeps data of any JSON kind', () => {
    for (const data of [null, '', 0, false, []]) expect(createEnvelope({ ...INIT, data }).data).toEqual(data);
  });
});

describe('checkEnvelope', () => {
  it('reports all faults at once', () => {
    const faults = faultsOf(() =>
      checkEnvelope({ specversion: '0.3', id: '', source: 7, time: 'yesterday', datacontenttype: 'a', schemaversion: 0, sequence: '1a' }),
    );
    expect(faults).toEqual([
      'specversion "0.3" is not "1.0"',
      'id is empty',
      'source is a number, not text',
      'type is missing',
      'time "yesterday" is not an RFC 3339 time',
      'sequence "1a" is not a decimal number',
      'schemaversion is 0, not a whole number from 1',
      'data is missing',
    ]);
  });

  it.each([null, undefined, 'text', 7])('refuses %p', (value) => {
    expect(faultsOf(() => checkEnvelope(value))).toHaveLength(1);
  });

  it('refuses extensions that CloudEvents does not allow', () => {
    const faults = faultsOf(() => createEnvelope({ ...INIT, extensions: { 'not-allowed': 'x', number: 7 as never } }));
    expect(faults).toEqual([
      'the extension name "not-allowed" is not lower-case letters and digits',
      'the extension number is a number, not text',
    ]);
  });
});

describe('headers', () => {
  it('are those of the binary mode', () => {
    const envelope = createEnvelope({ ...INIT, partitionkey: 'order-7', sequence: '9007199254740993', schemaversion: 2, tenant: 'acme' });
    expect(toHeaders(envelope)).toEqual({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: INIT.id,
      ce_source: 'order',
      ce_type: 'order.placed',
      ce_time: INIT.time,
      ce_partitionkey: 'order-7',
      ce_sequence: '9007199254740993',
      ce_schemaversion: '2',
      ce_tenant: 'acme',
    });
  });

  it('come back as the same envelope, as text or bytes, in any case', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    const attributes = fc.record(
      {
        subject: text,
        correlationid: text,
        causationid: text,
        partitionkey: text,
        traceparent: text,
        tenant: text,
        principal: text,
        sequence: fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String),
        schemaversion: fc.integer({ min: 1, max: 1000 }),
        extensions: fc.dictionary(fc.stringMatching(/^x[a-z0-9]{1,10}$/), text, { minKeys: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(attributes, fc.boolean(), (given, bytes) => {
        const envelope: Envelope = createEnvelope({ ...INIT, ...given });
        const headers = Object.entries(toHeaders(envelope)).map(([name, value]) =>
          bytes ? [name.toUpperCase(), Buffer.from(value)] : [name, value],
        );
        const back = fromHeaders(Object.fromEntries(headers) as Record<string, string>, envelope.data);
        expect(back).toEqual({ ...envelope, ...(envelope.extensions && { extensions: { ...envelope.extensions } }) });
      }),
    );
  });

  it('of another producer may lack what it cannot know', () => {
    const headers = {
      ce_specversion: '1.0',
      ce_id: '1',
      ce_source: '/crm',
      ce_type: 'customer.moved',
      ce_region: 'eu',
      other: 'x',
      ce_none: null,
    };
    expect(fromHeaders(headers, {}, { time: INIT.time })).toEqual({
      specversion: '1.0',
      id: '1',
      source: '/crm',
      type: 'customer.moved',
      time: INIT.time,
      datacontenttype: 'application/json',
      schemaversion: 1,
      extensions: { region: 'eu' },
      data: {},
    });
  });

  it('that are no envelope are refused', () => {
    expect(faultsOf(() => fromHeaders({ ce_schemaversion: 'x' }, {}))).toContain('schemaversion is NaN, not a whole number from 1');
  });
});
