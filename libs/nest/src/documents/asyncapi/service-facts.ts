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

/** What the versions of a saga send together, by durable names of commands. */
export interface SagaFacts {
  readonly name: string;
  /** Answered to the saga. */
  readonly asked: readonly string[];
  /** Told at an end; nobody waits for an answer. */
  readonly told: readonly string[];
}

/** What a service sends, handles and answers. */
export interface ServiceFacts {
  readonly service: string;
  readonly messages: readonly MessageMetadata[];
  /** Durable names of the events that it publishes. */
  readonly published: ReadonlySet<string>;
  readonly consumers: readonly ConsumerFacts[];
  readonly sagas: readonly SagaFacts[];
  readonly names: RecordedNames;
  /** Whether messages carry claims and seal. */
  readonly signed: boolean;
  /** Missing where the application does no messaging. */
  readonly broker?: BrokerFacts;
}
