import { loadKafkaJs } from './client/load-kafkajs.js';
import { asBrokerError, kafkaErrorType, spoilsLink } from './client/kafka.errors.js';
import { resolveKafkaOptions } from './kafka-broker.options.js';

describe('options of KafkaBroker', () => {
  it('have defaults', () => {
    expect(resolveKafkaOptions({ brokers: ['localhost:9092'] })).toMatchObject({
      clientId: 'minos',
      ssl: false,
      compression: 'none',
      timeoutMs: 10_000,
      connectTimeoutMs: 3_000,
    });
  });

  it('name all faults at once, and no password', () => {
    const sasl = { mechanism: 'kerberos', username: 'u', password: 'hidden' };
    const given = { brokers: ['http://h'], sasl, timeoutMs: 0, brokrs: [] };
    const attempt = (): unknown => resolveKafkaOptions(given as never);
    expect(attempt).toThrow(/brokers\[0\][\s\S]*sasl[\s\S]*timeoutMs[\s\S]*brokrs: there is no such option; did you mean "brokers"/);
    expect(attempt).not.toThrow(/hidden/);
  });
});

describe('errors of kafkajs', () => {
  const protocol = Object.assign(new Error('stale'), { name: 'KafkaJSProtocolError', type: 'NOT_LEADER_FOR_PARTITION' });

  it('are known by the name that the protocol gives them, whatever is wrapped around', () => {
    const wrapped = Object.assign(new Error('retries'), { name: 'KafkaJSNumberOfRetriesExceeded', cause: protocol });
    expect(kafkaErrorType(wrapped)).toBe('NOT_LEADER_FOR_PARTITION');
    expect(kafkaErrorType(Object.assign(new Error('many'), { errors: [wrapped] }))).toBe('NOT_LEADER_FOR_PARTITION');
    expect(kafkaErrorType(new Error('other'))).toBeUndefined();
  });

  it('reach callers as BROKER_UNAVAILABLE with their cause, and replace the connection unless they speak of the request', () => {
    expect(asBrokerError(protocol, 'try')).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true, cause: protocol });
    expect(spoilsLink(protocol)).toBe(true);
    expect(spoilsLink(new Error('socket'))).toBe(true);
    expect(spoilsLink(Object.assign(new Error('large'), { type: 'MESSAGE_TOO_LARGE' }))).toBe(false);
  });
});

describe('loading kafkajs', () => {
  it('cures the idle loop once, and keeps what looks for waiting requests', () => {
    loadKafkaJs();
    const queue = jest.requireActual<{ prototype: Record<string, unknown> }>('kafkajs/src/network/requestQueue');
    const cured = queue.prototype.scheduleCheckPendingRequests as (this: object) => void;
    loadKafkaJs();
    expect(queue.prototype.scheduleCheckPendingRequests).toBe(cured);
    const idle = { pending: [], throttledUntil: -1, throttleCheckTimeoutId: null as unknown };
    cured.call(idle);
    expect(idle.throttleCheckTimeoutId).toBeNull();
    const busy = { ...idle, pending: [{}] };
    cured.call(busy);
    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    clearTimeout(busy.throttleCheckTimeoutId as NodeJS.Timeout);
  });

  it('says what to install where it is missing', () => {
    jest.isolateModules(() => {
      jest.doMock('kafkajs', () => {
        throw new Error('Cannot find module');
      });
      const { loadKafkaJs: load } = jest.requireActual<{ loadKafkaJs: () => unknown }>('./client/load-kafkajs');
      expect(load).toThrow(
        expect.objectContaining({ code: 'KAFKA_PACKAGE_MISSING', message: expect.stringContaining('npm install kafkajs') }),
      );
    });
  });
});
