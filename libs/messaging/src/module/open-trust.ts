import type { MessageProofs, MessageRegistry } from '@minos/common';
import type { Broker } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import type { AskedOwners } from '../trust/asked-owners.js';
import { ConsumerTrust } from '../trust/consumer-trust.js';
import { KeyedMessageSigner } from '../trust/keyed-message-signer.js';
import { KeyedMessageVerifier } from '../trust/keyed-message-verifier.js';
import { NameOwners } from '../trust/name-owners.js';
import { parseSigningKeys, SIGNING_KEYS_VARIABLE } from '../trust/parse-signing-keys.js';
import { sealingBroker } from '../trust/sealing-broker.js';
import { DevelopmentSigningKeys, type SigningKeys } from '../trust/signing-keys.js';
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
  /** Of whoever manages keys for the service. @default nobody does */
  readonly proofs?: MessageProofs;
}

/**
 * Keys of the options, else of `MINOS_SIGNING_KEYS`, else what manages keys for the service, else, outside production, those of development. Throws `OPTIONS_INVALID`,
 * `SIGNING_KEY_MISSING` where others have keys and this service has none, and `SIGNING_KEYS_MISSING` where there are none at all.
 */
export function openTrust(parts: TrustParts): ServiceTrust {
  const { service, registry, asked } = parts;
  const { owners, signing, proofs } = proofsOf(parts);
  const names = new NameOwners(
    owners,
    (command) => registry.find(command)?.owner ?? asked.of(command),
    (command) => registry.find(command)?.senders,
  );
  if (proofs === undefined) return { signing, trust: new ConsumerTrust(names), seal: (broker) => broker };
  const { signer, verifier } = proofs;
  return { signing, trust: new ConsumerTrust(names, verifier), seal: (broker) => sealingBroker(broker, { signer, service }) };
}

interface Proofs extends Pick<ServiceTrust, 'signing'>, Pick<TrustSettings, 'owners'> {
  readonly proofs: MessageProofs | undefined;
}

function proofsOf({ service, options, production, env, proofs }: TrustParts): Proofs {
  const { unsigned = false, ...given } = options;
  const variable = env[SIGNING_KEYS_VARIABLE];
  const { keys, owners } = resolveTrustOptions(
    given.keys === undefined && variable ? { ...given, keys: parseSigningKeys(variable) } : given,
  );
  if (keys !== undefined) return { owners, signing: 'keys', proofs: keyed(service, keys) };
  if (proofs !== undefined) return { owners, signing: 'keys', proofs };
  if (!production) return { owners, signing: 'development', proofs: keyed(service, new DevelopmentSigningKeys()) };
  if (!unsigned) throw new SigningKeysMissingError(service);
  return { owners, signing: 'none', proofs: undefined };
}

function keyed(service: string, keys: SigningKeys): MessageProofs {
  return { signer: new KeyedMessageSigner({ service, keys }), verifier: new KeyedMessageVerifier({ service, keys }) };
}
