import { SealedBox } from './sealed-box.js';

/** What a browser has begun, and what the provider's answer is held against. */
export interface OidcFlow {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
  /** The page that the browser is sent to in the end; left out where the tokens are answered at once. */
  readonly returnTo?: string;
}

/** How long somebody may take at the provider, in seconds. */
export const OIDC_FLOW_SECONDS = 600;

/** Keeps a flow in a cookie that only the server can read or make, so that an answer of the provider is good in one browser alone. */
export class SealedFlow {
  private readonly box: SealedBox;

  constructor(secrets: readonly Buffer[]) {
    this.box = new SealedBox(secrets, 'minos oidc flow');
  }

  seal({ provider, state, nonce, verifier, returnTo }: OidcFlow): Promise<string> {
    return this.box.seal({ provider, state, nonce, verifier, ...(returnTo === undefined ? {} : { returnTo }) }, OIDC_FLOW_SECONDS);
  }

  /** Rejects where the text was not made here, or too long ago. */
  async open(sealed: string): Promise<OidcFlow> {
    const { provider, state, nonce, verifier, returnTo } = await this.box.open(sealed);
    return {
      provider: String(provider),
      state: String(state),
      nonce: String(nonce),
      verifier: String(verifier),
      ...(typeof returnTo === 'string' ? { returnTo } : {}),
    };
  }
}
