import type { ServiceTrust } from './open-trust.js';
import type { MessagingSettings } from './messaging.options.js';

const DEVELOPING = ['development', 'test'];

/** What a service says at its start about a broker that others can read or write to. Sentences, each with its cure. */
export function openWarnings(
  { broker }: Pick<MessagingSettings, 'broker'>,
  { signing }: Pick<ServiceTrust, 'signing'>,
  environment: string | undefined,
): string[] {
  const warnings: string[] = [];
  if (broker.kind === 'kafka' && broker.kafka?.sasl?.mechanism === 'plain' && !broker.kafka.ssl)
    warnings.push(
      'The password for Apache Kafka goes over the network as it is: SASL "plain" without TLS. Set ssl (KAFKA_SSL=true), or use a SCRAM mechanism.',
    );
  if (broker.kind !== 'memory' && signing === 'development' && !DEVELOPING.includes(environment ?? ''))
    warnings.push(
      'Messages are signed with keys that everybody knows: NODE_ENV is not set to production, and no keys are given. ' +
        'Set MINOS_SIGNING_KEYS, or NODE_ENV=development where nobody else writes to the broker.',
    );
  return warnings;
}
