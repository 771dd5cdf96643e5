import type { BrokerChoice } from '@minos/messaging/module';
import { BrokerEnvironmentInvalidError, MemoryBrokerInProductionError } from '../boot/boot.errors.js';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { createDatabase, databaseOn } from './create-database.js';
import { kafkaFromEnvironment } from './kafka-environment.js';
import type { ServiceStorage } from './service-storage.js';

/** The database that services of one server share for the broker. */
const BROKER_DATABASE = 'minos_broker';
const KINDS = ['postgres', 'kafka', 'memory'] as const;

type Located = Pick<ServiceStorage, 'kind' | 'url'>;
type Options = Pick<ResolvedMinosOptions, 'messaging' | 'production' | 'allowMemoryStorage'>;

/** The broker that the options name, completed from the environment; see `MessagingChoice` for where neither names one. */
export async function locateBroker(options: Options, storage: Located, env: NodeJS.ProcessEnv): Promise<BrokerChoice> {
  const { broker: given = {} } = options.messaging;
  const kind = given.kind ?? (storage.kind === 'memory' ? 'memory' : kindOf(env));
  if (kind === 'memory') refuseInProduction(options);
  const named = { ...given, kind, namespace: given.namespace ?? (env['BROKER_NAMESPACE'] || undefined) };
  if (kind === 'kafka') return { kafka: kafkaFromEnvironment(env), ...named };
  return kind === 'postgres' && given.url === undefined ? { ...named, url: await urlOf(env, storage, options.production) } : named;
}

function refuseInProduction({ production, allowMemoryStorage }: Options): void {
  if (production && !allowMemoryStorage) throw new MemoryBrokerInProductionError();
}

function kindOf(env: NodeJS.ProcessEnv): (typeof KINDS)[number] {
  const wanted = env['BROKER'];
  if (wanted === undefined || wanted === '') return env['KAFKA_BROKERS'] ? 'kafka' : 'postgres';
  const kind = KINDS.find((known) => known === wanted);
  if (kind === undefined) throw new BrokerEnvironmentInvalidError('BROKER', wanted, `one of ${KINDS.join(', ')}`);
  return kind;
}

/** In production somebody with the right to do it has made the database and admitted the service's role; elsewhere we make it. */
async function urlOf(env: NodeJS.ProcessEnv, { url }: Located, production: boolean): Promise<string | undefined> {
  const configured = env['BROKER_URL'];
  if (configured !== undefined && configured !== '') {
    if (/^postgres(ql)?:/.test(configured) && URL.canParse(configured)) return configured;
    throw new BrokerEnvironmentInvalidError('BROKER_URL', '(not shown)', 'postgres://user:password@host:5432/minos_broker');
  }
  if (url === undefined) return undefined;
  return production ? databaseOn(url, BROKER_DATABASE) : createDatabase(url, BROKER_DATABASE);
}
