import type { InstanceKey } from './registration.js';

/** Whom to ask, and where. */
export interface ProbeTarget extends InstanceKey {
  /** As it was registered. */
  readonly address: string;
  /** As it was reached before. */
  readonly published: string | undefined;
}

/**
 * `ok`: it answered that it is ready; `published` is the address that was connected to. `refused`: nobody listens there. `unready`: somebody took the connection and did not answer in
 * time, or answered 503. `failed`: any other answer, or none. `impossible`: the registry itself could not ask, which says nothing about the instance.
 */
export type ProbeOutcome =
  | { readonly kind: 'ok'; readonly published: string }
  | { readonly kind: 'refused' | 'unready' | 'failed' | 'impossible'; readonly reason: string };

/** Asks an instance whether it is ready. Never rejects, and answers within its own limits of time. Concurrent calls are allowed. */
export interface InstanceProber {
  probe(target: ProbeTarget): Promise<ProbeOutcome>;
}
