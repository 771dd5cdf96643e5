import { randomUUID } from 'node:crypto';
import type { BaseClient, IdTokenClaims } from 'openid-client';
import type { AccountStore } from '../contracts/accounts.js';
import type { SessionOpener, TokenPair } from '../sessions/session-opener.js';
import { loadOpenidClient, type OidcClients } from './oidc-clients.js';
import { OidcRefusedError, OidcUnavailableError } from './oidc.errors.js';
import type { OidcFlow, SealedFlow } from './sealed-flow.js';

export interface OidcLoginPorts {
  readonly clients: OidcClients;
  readonly flows: SealedFlow;
  readonly accounts: AccountStore;
  readonly opener: SessionOpener;
}

/** Where to send the browser, and what it keeps meanwhile. */
export interface OidcBeginning {
  readonly location: string;
  readonly sealedFlow: string;
}

export interface OidcReturn {
  readonly provider: string;
  /** The query of the request, as it came. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly sealedFlow: string | undefined;
  readonly address: string;
}

const PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'session_state'];

/**
 * Signing in with an external provider: authorisation code with PKCE, state and nonce, all bound to the browser by its cookie. A person is who the provider says by issuer and subject; an e-mail
 * address links to nothing, verified or not, because whoever controls it at a provider need not own the account here.
 */
export class OidcLogin {
  constructor(
    private readonly ports: OidcLoginPorts,
    /** Roles of a new account. */
    private readonly roles: readonly string[],
  ) {}

  /** Rejects with `OIDC_PROVIDER_UNKNOWN`, `OIDC_UNAVAILABLE`. */
  async begin(provider: string): Promise<OidcBeginning> {
    const { clients, flows } = this.ports;
    const client = await clients.client(provider);
    const { generators } = loadOpenidClient();
    const flow: OidcFlow = { provider, state: generators.state(), nonce: generators.nonce(), verifier: generators.codeVerifier() };
    const location = client.authorizationUrl({
      scope: clients.options(provider).scope ?? 'openid',
      redirect_uri: clients.redirectUri(provider),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: generators.codeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { location, sealedFlow: await flows.seal(flow) };
  }

  /** Rejects with `OIDC_REFUSED` where the answer does not fit what this browser began, or the account is disabled. */
  async finish({ provider, query, sealedFlow, address }: OidcReturn): Promise<TokenPair> {
    const { clients, accounts, opener } = this.ports;
    const client = await clients.client(provider);
    const flow = await this.flowOf(sealedFlow, provider);
    const { iss: issuer, sub: subject } = await this.claims(client, query, flow);
    const account = await accounts.ofIdentity({ issuer, subject, tenant: '', roles: this.roles }, randomUUID());
    const pair = await opener.open({ accountId: account.id, method: `oidc:${provider}`, address });
    if (pair === undefined) throw new OidcRefusedError();
    return pair;
  }

  private async flowOf(sealed: string | undefined, provider: string): Promise<OidcFlow> {
    if (sealed === undefined) throw new OidcRefusedError();
    const flow = await this.ports.flows.open(sealed).catch((error: unknown) => {
      throw new OidcRefusedError(error);
    });
    if (flow.provider !== provider) throw new OidcRefusedError();
    return flow;
  }

  private async claims(client: BaseClient, query: OidcReturn['query'], flow: OidcFlow): Promise<IdTokenClaims> {
    const parameters = Object.fromEntries(PARAMETERS.flatMap((name) => (typeof query[name] === 'string' ? [[name, query[name]]] : [])));
    const checks = { state: flow.state, nonce: flow.nonce, code_verifier: flow.verifier, response_type: 'code' };
    try {
      return (await client.callback(this.ports.clients.redirectUri(flow.provider), parameters, checks)).claims();
    } catch (error) {
      if (isOutage(error)) throw new OidcUnavailableError(flow.provider, error);
      throw new OidcRefusedError(error);
    }
  }
}

/** Errors of sockets have a code of the system; refusals of the provider and of the checks do not. */
function isOutage(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
