import type { Clock } from '@minos/common';
import type { BrokerGateway } from './broker-gateway.js';
import type { BrokerHints } from './broker-hints.js';

/** What members and followers share with their broker. */
export interface BrokerContext {
  readonly gateway: BrokerGateway;
  readonly clock: Clock;
  readonly hints: BrokerHints;
  readonly settings: {
    readonly pollMs: number;
    readonly pollMaxMs: number;
    readonly hintedPauseMs: number;
    readonly fetchMessages: number;
    readonly fetchBytes: number;
    readonly heartbeatMs: number;
    readonly tellMs: number;
    /** Messages in one delivery to a follower. */
    readonly followBatch: number;
  };
}
