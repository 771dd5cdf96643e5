import type { Principal } from '@minos/common';

/**
 * Makes the short-lived token with which the gateway calls a service on behalf of somebody. One for each principal and audience is kept while more than half of its life is left,
 * so the common call signs nothing.
 */
export interface ServiceTokenMinter {
  /**
   * A token of 60 s at the most whose only audience is `service`. `undefined` is an anonymous caller. Throws or rejects with a retryable error while no key is registered.
   */
  mint(principal: Principal | undefined, service: string): string | Promise<string>;
}
