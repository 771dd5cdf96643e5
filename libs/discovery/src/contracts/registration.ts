import type { Endpoint } from './directory.js';

/** What an instance says of itself when it registers: the body of `PUT /registry/instances/{service}/{instance}`. */
export interface Registration {
  /** Scheme, host and port. */
  readonly address: string;
  /** Of the release. */
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
  /** Which incarnation of the instance this is: ascends where an id is used again. An older one is refused. */
  readonly epoch: number;
}

/** What the registry answers to a registration. */
export interface RegistrationAnswer {
  /** How long the registration lasts without a heartbeat, in milliseconds on the registry's clock. */
  readonly leaseMs: number;
  /** How often to send a heartbeat, in milliseconds. */
  readonly heartbeatMs: number;
  /** Of the directory, once the registration had been stored. */
  readonly version: number;
}

/** Which instance is meant. */
export interface InstanceKey {
  readonly service: string;
  readonly instance: string;
}
