import { resolveMinosOptions } from '../options/minos-options.js';
import { locateBroker } from './locate-broker.js';

const postgres = { kind: 'postgres', url: 'postgres://postgres:pw@db:5432/order' } as const;
const memory = { kind: 'memory' } as const;
const options = (given: object = {}, production = true) => resolveMinosOptions({ service: 'order', ...given }, production);
const messaging = (broker: object) => options({ messaging: { broker } });

describe('locateBroker', () => {
  it.each([
    ['memory beside storage in memory, whatever the environment says', memory, { KAFKA_BROKERS: 'k:9092' }, { kind: 'memory' }],
    [
      'PostgreSQL beside the database of the service',
      postgres,
      {},
      { kind: 'postgres', url: 'postgres://postgres:pw@db:5432/minos_broker' },
    ],
    ['PostgreSQL at BROKER_URL', postgres, { BROKER_URL: 'postgres://b/x' }, { kind: 'postgres', url: 'postgres://b/x' }],
    [
      'Kafka where KAFKA_BROKERS is set',
      postgres,
      { KAFKA_BROKERS: 'a:1, b:2' },
      { kind: 'kafka', kafka: { brokers: ['a:1', 'b:2'], ssl: false } },
    ],
    ['what BROKER says, also where KAFKA_BROKERS is set', postgres, { BROKER: 'postgres', KAFKA_BROKERS: 'a:1' }, { kind: 'postgres' }],
    ['a namespace', postgres, { KAFKA_BROKERS: 'a:1', BROKER_NAMESPACE: 'staging' }, { namespace: 'staging' }],
    [
      'a user of Kafka',
      postgres,
      {
        KAFKA_BROKERS: 'a:1',
        KAFKA_SSL: 'true',
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        KAFKA_SASL_USERNAME: 'order',
        KAFKA_SASL_PASSWORD: 'pw',
      },
      { kafka: { brokers: ['a:1'], ssl: true, sasl: { mechanism: 'scram-sha-512', username: 'order', password: 'pw' } } },
    ],
  ])('chooses %s', async (_, storage, env, expected) => {
    expect(await locateBroker(options({ allowMemoryStorage: true }), storage, env)).toMatchObject(expected);
  });

  it('leaves what the options say alone', async () => {
    const kafka = { brokers: ['own:9'] };
    expect(await locateBroker(messaging({ kind: 'kafka', kafka }), postgres, { KAFKA_BROKERS: 'other:1' })).toMatchObject({ kafka });
    expect(
      await locateBroker(messaging({ kind: 'postgres', url: 'postgres://own/b' }), postgres, { BROKER_URL: 'postgres://x/y' }),
    ).toMatchObject({
      url: 'postgres://own/b',
    });
  });

  it('refuses memory in production', async () => {
    await expect(locateBroker(options(), postgres, { BROKER: 'memory' })).rejects.toMatchObject({ code: 'MEMORY_BROKER_IN_PRODUCTION' });
    expect(await locateBroker(options({}, false), postgres, { BROKER: 'memory' })).toMatchObject({ kind: 'memory' });
  });

  it.each([
    ['BROKER', { BROKER: 'rabbit' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'http://kafka:9092' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'order:secret,more@kafka:9092' }],
    ['KAFKA_SSL', { KAFKA_BROKERS: 'a:1', KAFKA_SSL: 'yes please' }],
    ['KAFKA_SASL_MECHANISM', { KAFKA_BROKERS: 'a:1', KAFKA_SASL_USERNAME: 'order' }],
    ['KAFKA_SASL_PASSWORD', { KAFKA_BROKERS: 'a:1', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'order' }],
    ['BROKER_URL', { BROKER_URL: 'mysql://secret@db/x' }],
  ])('says what is wrong with %s, and shows no secret', async (variable, env) => {
    const error = await locateBroker(options(), postgres, env).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ code: 'BROKER_ENVIRONMENT_INVALID', details: { variable } });
    expect((error as Error).message).not.toContain('secret');
  });
});
