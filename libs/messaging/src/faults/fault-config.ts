import type { ConsumerStatus } from '../consumer/consumer-status.js';

/** The system that fault tests are made on: processes that produce, relay and consume, in any division, and what they stand on. */
export type BrokerPlace =
  { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** What all processes of one system share. */
export interface SystemPlace {
  readonly broker: BrokerPlace;
  readonly producerUrl: string;
  readonly consumerUrl: string;
  /** Channel of events. */
  readonly events: string;
  /** Channel of commands. */
  readonly commands: string;
  readonly group: string;
}

export interface ProducerConfig {
  /** Messages for each second; none before it is told where it is 0. */
  readonly perSecond: number;
  /** Healthy keys, `key-0` and so on. */
  readonly keys: number;
  /** Of so many messages, about, one has a key of `poisonKeys`; 0 is never. @default 0 */
  readonly poisonOneIn?: number;
  /** @default all of {@link POISON_KEYS} */
  readonly poisonKeys?: readonly (typeof POISON_KEYS)[number][];
  /** Events of a new type, and a new field in the old one. @default false */
  readonly evolved?: boolean;
}

export interface RelayConfig {
  readonly leaseMs?: number;
  /** Control: takes messages out of the outbox before they are published. */
  readonly forgetFirst?: boolean;
  /** Publishes everything so often, shuffled across keys. @default 1 */
  readonly times?: number;
  /** Makes the first body of the key `poison-json` unreadable. @default false */
  readonly corrupts?: boolean;
}

export interface ConsumerConfig {
  /** @default 3000 */
  readonly sessionMs?: number;
  /** Longest pause in a handler, in milliseconds. @default 0 */
  readonly slowMs?: number;
  /** Handlers read with SQL of their own in their unit. @default false */
  readonly pinned?: boolean;
  /** Control: keeps no marks. */
  readonly noInbox?: boolean;
  /** Control: does not check that its partitions are still its own. */
  readonly noFence?: boolean;
  /** The next release: knows the newer version and the unknown command. @default false */
  readonly fixed?: boolean;
  /** Pause between purges of marks, and the age of what they take. @default never */
  readonly purge?: { readonly everyMs: number; readonly ageMs: number };
}

/** One process. */
export interface ProcessConfig extends SystemPlace {
  readonly name: string;
  readonly produce?: ProducerConfig;
  readonly relay?: RelayConfig;
  readonly consume?: ConsumerConfig;
}

export const POISON_KEYS = ['poison-throws', 'poison-kills', 'poison-json', 'poison-newer', 'poison-unknown'] as const;

/** What a process says a few times a second. */
export interface Pulse {
  /** What it has done since it began: units, messages that left its outbox, effects. */
  readonly work: number;
  /** Messages that were accepted, by their ids. */
  readonly accepted: readonly string[];
  /** Orders that it has carried out since it began. */
  readonly obeyed: number;
  /** Whether it sends nothing, and will not before it is told to. */
  readonly idle: boolean;
  /** Units that were refused or failed at the producer. */
  readonly failed: number;
  /** Units that the fence of a partition refused. */
  readonly fenced: number;
  /** Handlers that pause now, with their units open. */
  readonly handling: number;
  /** Of its errors only what they say. */
  readonly consumer?: ConsumerStatus;
}

export type Order =
  | { readonly kind: 'load'; readonly load: Partial<ProducerConfig> }
  | { readonly kind: 'burst'; readonly count: number }
  /** Blocks its event loop. */
  | { readonly kind: 'block'; readonly forMs: number };
