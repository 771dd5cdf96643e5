import { option, validateOptions, type MessageSigner } from '@minos/common';
import type {
  Broker,
  BrokerMessage,
  ChannelDefinition,
  ChannelDescription,
  Follower,
  FollowOptions,
  GroupMember,
  GroupOptions,
  PartitionLag,
  PublishOutcome,
} from '../contracts/broker.js';
import { RefusedKeys } from '../broker/refused-keys.js';
import { isPromise } from '../consumer/is-promise.js';
import { BrokerUnavailableError } from '../errors/broker.errors.js';
import { MessageSealer, type Sealed } from './message-sealer.js';

export interface SealingBrokerOptions {
  readonly signer: MessageSigner;
  /** Durable name of this service: the source of all that it publishes. */
  readonly service: string;
}

const FIELDS = {
  signer: option.custom<MessageSigner>('a MessageSigner', (value) => typeof (value as Partial<MessageSigner> | null)?.seal === 'function'),
  service: option.string(),
};

/**
 * The broker, but everything that is published through it is sealed first: with the claim set that the message's unit wrote down, or else as an act of the service
 * itself. Where nothing can be signed, `publish` rejects with `BROKER_UNAVAILABLE` and nothing leaves; a message that is not this service's is refused by itself.
 */
export function sealingBroker(broker: Broker, options: SealingBrokerOptions): Broker {
  return new SealingBroker(broker, validateOptions('sealingBroker', FIELDS, options));
}

class SealingBroker implements Broker {
  private readonly sealer: MessageSealer;
  /** Of the publish whose messages are being sealed; later ones wait for it, so that the order of calls stays. */
  private before: Promise<void> | undefined;

  constructor(
    private readonly broker: Broker,
    options: SealingBrokerOptions,
  ) {
    this.sealer = new MessageSealer(options);
  }

  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    const sealed = this.sealAll(messages);
    const partsOf = (list: readonly Sealed[]): SealedPart[] =>
      list.map((one, index) => ({ message: messages[index] as BrokerMessage, sealed: one }));
    if (this.before === undefined && !isPromise(sealed)) return this.pass(partsOf(sealed));
    const { before } = this;
    const ready = Promise.resolve(sealed).finally(() => before);
    const passed = ready.then((list) => this.pass(partsOf(list)));
    const begun = ready.then(
      () => undefined,
      () => undefined,
    );
    this.before = begun;
    void begun.then(() => {
      if (this.before === begun) this.before = undefined;
    });
    return passed;
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.broker.ensureChannels(channels);
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.broker.partitionOf(channel, key);
  }

  join(options: GroupOptions): Promise<GroupMember> {
    return this.broker.join(options);
  }

  follow(options: FollowOptions): Promise<Follower> {
    return this.broker.follow(options);
  }

  describe(channel: string): Promise<ChannelDescription> {
    return this.broker.describe(channel);
  }

  origin(): Promise<string> {
    return this.broker.origin();
  }

  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.broker.lag(group, channels);
  }

  close(): Promise<void> {
    return this.broker.close();
  }

  /** At once where the signer answers so; rejects where one message cannot be signed now. */
  private sealAll(messages: readonly BrokerMessage[]): readonly Sealed[] | Promise<readonly Sealed[]> {
    const list = messages.map((message) => this.sealOne(message));
    if (!list.some(isPromise)) return list as Sealed[];
    return Promise.all(list.map(async (one) => one)).catch((error: unknown) => Promise.reject(unsigned(error)));
  }

  private sealOne(message: BrokerMessage): Sealed | Promise<Sealed> {
    try {
      return this.sealer.seal(message);
    } catch (error) {
      return Promise.reject(unsigned(error));
    }
  }

  private async pass(sealed: readonly SealedPart[]): Promise<readonly PublishOutcome[]> {
    const behind = new RefusedKeys();
    const parts = sealed.map((part) => {
      if ('refused' in part.sealed) behind.add(part.message);
      const heldBack = behind.holdingBack(part.message);
      return 'refused' in part.sealed || heldBack === undefined ? part.sealed : { refused: heldBack };
    });
    const good = parts.filter((one): one is BrokerMessage => !('refused' in one));
    const outcomes = (good.length === 0 ? [] : await this.broker.publish(good)).values();
    return parts.map((one) => ('refused' in one ? one : (outcomes.next().value as PublishOutcome)));
  }
}

/** A message as it was given, and as it leaves. */
interface SealedPart {
  readonly message: BrokerMessage;
  readonly sealed: Sealed;
}

function unsigned(error: unknown): BrokerUnavailableError {
  if (error instanceof BrokerUnavailableError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new BrokerUnavailableError(`Nothing was published, because it could not be signed: ${why}`, { cause: error });
}
