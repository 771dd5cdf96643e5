import type { MessageMetadata, RecordedNames } from '@minos/common';
import type { AsyncApiServer } from './asyncapi-document.js';

/** How the broker is reached, without credentials. */
export interface BrokerFacts {
  readonly kind: 'memory' | 'postgres' | 'kafka';
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  /** Before the names of channels and groups; empty where there is none. */
  readonly prefix: string;
  /** Of the service's own channels. */
  readonly partitions: number;
  readonly retentionMs: number | 'forever';
}

/** Something that reads channels. */
export interface ConsumerFacts {
  readonly consumer: string;
  readonly channels: readonly string[];
  /** Durable names of messages; of answers those of the commands. */
  readonly types: readonly string[];
}

/** What a service sends, handles and answers. */
export interface ServiceFacts {
  readonly service: string;
  readonly messages: readonly MessageMetadata[];
  /** Durable names of the events that it publishes. */
  readonly published: ReadonlySet<string>;
  readonly consumers: readonly ConsumerFacts[];
  readonly names: RecordedNames;
  /** Whether messages carry claims and seal. */
  readonly signed: boolean;
  /** Missing where the application does no messaging. */
  readonly broker?: BrokerFacts;
}
