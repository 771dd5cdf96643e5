import { randomUUID } from 'node:crypto';
import { isMinosError } from '@minos/common';
import type { BaseClient, IdTokenClaims } from 'openid-client';
import type { AccountStore } from '../contracts/accounts.js';
import type { SessionOpener, TokenPair } from '../sessions/session-opener.js';
import { loadOpenidClient, type OidcClients } from './oidc-clients.js';
import type { OidcCode, OidcHandover } from './oidc-handover.js';
import { OidcRefusedError, OidcReturnRefusedError, OidcUnavailableError } from './oidc.errors.js';
import type { OidcFlow, SealedFlow } from './sealed-flow.js';

export interface OidcLoginPorts {
  readonly clients: OidcClients;
  readonly flows: SealedFlow;
  readonly accounts: AccountStore;
  readonly opener: SessionOpener;
  readonly handover: OidcHandover;
}

/** Where to send the browser, and what it keeps meanwhile. */
export interface OidcBeginning {
  readonly location: string;
  /** By it the provider's answer tells which of the browser's flows it belongs to. */
  readonly state: string;
  readonly sealedFlow: string;
}

export interface OidcReturn {
  readonly provider: string;
  /** The query of the request, as it came. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly sealedFlow: string | undefined;
  readonly address: string;
}

/** The tokens; or a page to send the browser to, with the code that is in its address, if any, and what the browser keeps for that. */
export type OidcOutcome = { readonly pair: TokenPair } | { readonly location: string; readonly issued: OidcCode | undefined };

const PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'session_state'];

/**
 * Signing in with an external provider: authorisation code with PKCE, state and nonce, all bound to the browser by its cookie. A person is who the provider says by issuer and
 * subject; an e-mail address links to nothing, verified or not, because whoever controls it at a provider need not own the account here.
 */
export class OidcLogin {
  constructor(
    private readonly ports: OidcLoginPorts,
    /** Roles of a new account. */
    private readonly roles: readonly string[],
  ) {}

  /** `returnTo` is the page that the browser goes to in the end. Rejects with `OIDC_PROVIDER_UNKNOWN`, `OIDC_RETURN_REFUSED`, `OIDC_UNAVAILABLE`. */
  async begin(provider: string, returnTo?: unknown): Promise<OidcBeginning> {
    const { clients, flows } = this.ports;
    const page = pageOf(returnTo, clients.options(provider).returnTo);
    const client = await clients.client(provider);
    const { generators } = loadOpenidClient();
    const secrets = { state: generators.state(), nonce: generators.nonce(), verifier: generators.codeVerifier() };
    const flow: OidcFlow = { provider, ...secrets, ...(page === undefined ? {} : { returnTo: page }) };
    const location = client.authorizationUrl({
      scope: clients.options(provider).scope ?? 'openid',
      redirect_uri: clients.redirectUri(provider),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: generators.codeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { location, state: flow.state, sealedFlow: await flows.seal(flow) };
  }

  /**
   * Rejects with `OIDC_PROVIDER_UNKNOWN`, `OIDC_UNAVAILABLE`, and with `OIDC_REFUSED` where the answer does not fit what this browser began, or the account is disabled; where the
   * browser is to go to a page, that one gets the code of the error in `error` instead, so that nobody is left with a document for programs.
   */
  async finish({ provider, query, sealedFlow, address }: OidcReturn): Promise<OidcOutcome> {
    const { clients, opener, handover } = this.ports;
    clients.options(provider);
    const flow = await this.flowOf(sealedFlow, provider);
    const { returnTo } = flow;
    try {
      const accountId = await this.accountOf(await clients.client(provider), query, flow);
      if (returnTo !== undefined) {
        const issued = await handover.issue({ provider, accountId });
        return { location: withParameter(returnTo, 'code', issued.code), issued };
      }
      const pair = await opener.open({ accountId, method: `oidc:${provider}`, address });
      if (pair === undefined) throw new OidcRefusedError();
      return { pair };
    } catch (error) {
      const told = isMinosError(error, 'OIDC_REFUSED') || isMinosError(error, 'OIDC_UNAVAILABLE');
      if (returnTo === undefined || !told) throw error;
      return { location: withParameter(returnTo, 'error', error.code), issued: undefined };
    }
  }

  private async accountOf(client: BaseClient, query: OidcReturn['query'], flow: OidcFlow): Promise<string> {
    const { iss: issuer, sub: subject } = await this.claims(client, query, flow);
    const { id } = await this.ports.accounts.ofIdentity({ issuer, subject, tenant: '', roles: this.roles }, randomUUID());
    return id;
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

/** Nothing but a whole address of the list: no part of one, and no other way to write it. */
function pageOf(asked: unknown, allowed: readonly string[] = []): string | undefined {
  if (asked === undefined) return allowed[0];
  const page = allowed.find((one) => one === asked);
  if (page === undefined) throw new OidcReturnRefusedError();
  return page;
}

function withParameter(address: string, name: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return url.href;
}

/** Errors of sockets have a code of the system; refusals of the provider and of the checks do not. */
function isOutage(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
