import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { ThrottleStore } from '../contracts/throttle.js';
import type { SessionOpener, TokenPair } from '../sessions/session-opener.js';
import { OidcRefusedError } from './oidc.errors.js';
import { SealedBox } from './sealed-box.js';

export interface OidcHandoverPorts {
  /** Counts the uses of a code, for all replicas. */
  readonly uses: ThrottleStore;
  readonly opener: SessionOpener;
}

/** Who has signed in, and where. */
export interface OidcSignIn {
  readonly provider: string;
  readonly accountId: string;
}

/** A code for the address of a page, and what the browser keeps for it. */
export interface OidcCode {
  readonly code: string;
  readonly browserKey: string;
}

export interface OidcRedemption {
  readonly code: unknown;
  /** Of the cookie. */
  readonly browserKey: string | undefined;
  readonly address: string;
}

/** How long a code is good, in seconds: a page asks as soon as it is there. */
export const OIDC_CODE_SECONDS = 60;
/** Far longer than a code is good, whatever the clocks of the replicas say. */
const REMEMBERED_MS = 600_000;

/**
 * Hands tokens over to a page without writing them into an address, where histories, logs and other sites would see them: a code goes there, which is good once, for a minute, and
 * in the browser that signed in. The session begins when it is exchanged.
 */
export class OidcHandover {
  private readonly box: SealedBox;

  constructor(
    private readonly ports: OidcHandoverPorts,
    secrets: readonly Buffer[],
  ) {
    this.box = new SealedBox(secrets, 'minos oidc code');
  }

  async issue({ provider, accountId }: OidcSignIn): Promise<OidcCode> {
    const browserKey = randomBytes(32).toString('base64url');
    const code = await this.box.seal({ provider, accountId, id: randomUUID(), browser: hashOf(browserKey) }, OIDC_CODE_SECONDS);
    return { code, browserKey };
  }

  /**
   * Opens the session. Rejects with `OIDC_REFUSED` where the code is not good, not any more, not here, or the account is disabled. Of any number of calls with one code at most one
   * succeeds.
   */
  async redeem({ code, browserKey, address }: OidcRedemption): Promise<TokenPair> {
    if (typeof code !== 'string' || browserKey === undefined) throw new OidcRefusedError();
    const { provider, accountId, id, browser } = await this.box.open(code).catch((error: unknown) => {
      throw new OidcRefusedError(error);
    });
    // Before it counts as used: who has the code alone takes it from nobody.
    if (!isSame(hashOf(browserKey), String(browser))) throw new OidcRefusedError();
    if ((await this.ports.uses.take(`oidc-code|${String(id)}`, 1, REMEMBERED_MS)) > 0) throw new OidcRefusedError();
    const pair = await this.ports.opener.open({ accountId: String(accountId), method: `oidc:${String(provider)}`, address });
    if (pair === undefined) throw new OidcRefusedError();
    return pair;
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
