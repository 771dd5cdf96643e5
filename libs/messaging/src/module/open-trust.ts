import type { MessageRegistry } from '@minos/common';
import type { Broker } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import type { AskedOwners } from '../trust/asked-owners.js';
import { ConsumerTrust } from '../trust/consumer-trust.js';
import { KeyedMessageSigner } from '../trust/keyed-message-signer.js';
import { KeyedMessageVerifier } from '../trust/keyed-message-verifier.js';
import { NameOwners } from '../trust/name-owners.js';
import { parseSigningKeys, SIGNING_KEYS_VARIABLE } from '../trust/parse-signing-keys.js';
import { sealingBroker } from '../trust/sealing-broker.js';
import { DevelopmentSigningKeys } from '../trust/signing-keys.js';
import { resolveTrustOptions, type TrustSettings } from '../trust/trust.options.js';
import { SigningKeysMissingError } from './messaging.errors.js';
import type { TrustChoice } from './messaging.options.js';

/** How a service proves what it says, and what it believes. */
export interface ServiceTrust {
  /** `development`: keys that everybody knows. */
  readonly signing: 'keys' | 'development' | 'none';
  readonly trust: MessageTrust;
  /** The broker that everything is published through. */
  seal(broker: Broker): Broker;
}

export interface TrustParts {
  readonly service: string;
  readonly options: TrustChoice;
  readonly registry: MessageRegistry;
  readonly asked: AskedOwners;
  readonly production: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Keys of the options, else of `MINOS_SIGNING_KEYS`, else, outside production, those of development. Throws `OPTIONS_INVALID`, `SIGNING_KEY_MISSING` where others
 * have keys and this service has none, and `SIGNING_KEYS_MISSING` where there are none at all.
 */
export function openTrust(parts: TrustParts): ServiceTrust {
  const { service, registry, asked } = parts;
  const { keys, owners, signing } = keysOf(parts);
  const names = new NameOwners(
    owners,
    (command) => registry.find(command)?.owner ?? asked.of(command),
    (command) => registry.find(command)?.senders,
  );
  if (keys === undefined) return { signing, trust: new ConsumerTrust(names), seal: (broker) => broker };
  const signer = new KeyedMessageSigner({ service, keys });
  const trust = new ConsumerTrust(names, new KeyedMessageVerifier({ service, keys }));
  return { signing, trust, seal: (broker) => sealingBroker(broker, { signer, service }) };
}

function keysOf({ service, options, production, env }: TrustParts): Pick<ServiceTrust, 'signing'> & TrustSettings {
  const { unsigned = false, ...given } = options;
  const variable = env[SIGNING_KEYS_VARIABLE];
  const settings = resolveTrustOptions(given.keys === undefined && variable ? { ...given, keys: parseSigningKeys(variable) } : given);
  if (settings.keys !== undefined) return { ...settings, signing: 'keys' };
  if (!production) return { ...settings, keys: new DevelopmentSigningKeys(), signing: 'development' };
  if (!unsigned) throw new SigningKeysMissingError(service);
  return { ...settings, signing: 'none' };
}
