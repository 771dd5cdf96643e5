/** Where the parts of one run are: three databases of one server, and the cluster of Kafka instead of the third. */
export interface Places {
  /** Of the service that sends. */
  readonly sender: string;
  /** Of the service that receives. */
  readonly receiver: string;
  readonly broker: BrokerPlace;
}

export type BrokerPlace =
  { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** What a message is sent over, with an effect of what kind. */
export interface Route {
  readonly channel: string;
  readonly consumer: string;
  /** `group`: the handler appends an event, which commits with others; `pinned`: it runs SQL of its own in a transaction of its own. */
  readonly effect: 'group' | 'pinned';
  /** Whether each message carries the claims of who acted, signed and verified. */
  readonly signed: boolean;
}
