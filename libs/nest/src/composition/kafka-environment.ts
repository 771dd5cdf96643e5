import type { BrokerChoice } from '@minos/messaging/module';
import { BrokerEnvironmentInvalidError } from '../boot/boot.errors.js';

type Kafka = NonNullable<BrokerChoice['kafka']>;
type User = NonNullable<Kafka['sasl']>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * `KAFKA_BROKERS` (host:port, several with commas), `KAFKA_SSL` (true), `KAFKA_SASL_MECHANISM`, `KAFKA_SASL_USERNAME`, `KAFKA_SASL_PASSWORD`;
 * `undefined` where no broker is named.
 */
export function kafkaFromEnvironment(env: NodeJS.ProcessEnv): Kafka | undefined {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (brokers.length === 0) return undefined;
  for (const broker of brokers)
    if (!/^[^\s:/,]+:\d{1,5}$/.test(broker))
      throw invalid('KAFKA_BROKERS', shown(env['KAFKA_BROKERS'] ?? '', broker), 'host:port, several with commas');
  const sasl = userOf(env);
  return { brokers, ssl: sslOf(env), ...(sasl === undefined ? {} : { sasl }) };
}

/** Where there is an @ in it, any part of it may be one of a password. */
function shown(variable: string, broker: string): string {
  return variable.includes('@') ? 'something with an @' : broker;
}

function sslOf({ KAFKA_SSL: text = '' }: NodeJS.ProcessEnv): boolean {
  if (['', 'false', '0'].includes(text)) return false;
  if (['true', '1'].includes(text)) return true;
  throw invalid('KAFKA_SSL', text, 'true or false');
}

function userOf(env: NodeJS.ProcessEnv): User | undefined {
  const { KAFKA_SASL_MECHANISM: wanted = '', KAFKA_SASL_USERNAME: username = '', KAFKA_SASL_PASSWORD: password = '' } = env;
  if (wanted === '' && username === '' && password === '') return undefined;
  const mechanism = MECHANISMS.find((known) => known === wanted.toLowerCase());
  if (mechanism === undefined) throw invalid('KAFKA_SASL_MECHANISM', wanted, `one of ${MECHANISMS.join(', ')}`);
  if (username === '') throw invalid('KAFKA_SASL_USERNAME', username, 'the name of the user');
  if (password === '') throw invalid('KAFKA_SASL_PASSWORD', password, "the user's password");
  return { mechanism, username, password };
}

const invalid = (variable: string, found: string, cure: string): BrokerEnvironmentInvalidError =>
  new BrokerEnvironmentInvalidError(variable, found, cure);
