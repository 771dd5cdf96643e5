import { openWarnings } from './open-warnings.js';

const kafka = (more: object) => ({ broker: { kind: 'kafka', kafka: { brokers: ['k:9092'], ...more } } }) as never;
const user = { username: 'shop', password: 'secret' };
const KEYS = { signing: 'keys' } as const;
const KNOWN = { signing: 'development' } as const;

describe('openWarnings', () => {
  it('warns of a password in the clear', () => {
    expect(openWarnings(kafka({ sasl: { ...user, mechanism: 'plain' } }), KEYS, 'production')).toEqual([
      expect.stringContaining('KAFKA_SSL=true'),
    ]);
    expect(openWarnings(kafka({ sasl: { ...user, mechanism: 'plain' }, ssl: true }), KEYS, 'production')).toEqual([]);
    expect(openWarnings(kafka({ sasl: { ...user, mechanism: 'scram-sha-256' } }), KEYS, 'production')).toEqual([]);
  });

  it('warns of keys that everybody knows where nothing says that this is development', () => {
    const shared = { broker: { kind: 'postgres' } } as never;
    expect(openWarnings(shared, KNOWN, undefined)).toEqual([expect.stringContaining('MINOS_SIGNING_KEYS')]);
    for (const environment of ['development', 'test']) expect(openWarnings(shared, KNOWN, environment)).toEqual([]);
    expect(openWarnings({ broker: { kind: 'memory' } } as never, KNOWN, undefined)).toEqual([]);
    expect(openWarnings(shared, KEYS, undefined)).toEqual([]);
  });
});
