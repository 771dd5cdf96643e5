import type { BaseClient, custom, generators, Issuer } from 'openid-client';
import type { OidcProviderOptions } from './oidc-provider-options.js';
import { OidcProviderUnknownError, OidcUnavailableError } from './oidc.errors.js';

export interface OpenidClient {
  readonly Issuer: typeof Issuer;
  readonly generators: typeof generators;
  readonly custom: typeof custom;
}

const TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 30;

/** By `require`, and only where a provider is configured: the package is optional. */
export function loadOpenidClient(): OpenidClient {
  try {
    return require('openid-client') as OpenidClient;
  } catch (error) {
    throw new Error('Signing in with a provider needs the package openid-client: run "npm install openid-client@5".', { cause: error });
  }
}

/** Clients of the providers, each made when it is first needed: a provider that is away keeps nobody else from starting. */
export class OidcClients {
  private readonly clients = new Map<string, Promise<BaseClient>>();

  constructor(
    private readonly providers: readonly OidcProviderOptions[],
    /** Where browsers reach the server: the base of the redirect addresses, never what a request says. */
    private readonly publicUrl: string,
  ) {}

  options(id: string): OidcProviderOptions {
    const options = this.providers.find((one) => one.id === id);
    if (options === undefined) throw new OidcProviderUnknownError();
    return options;
  }

  redirectUri(id: string): string {
    return `${this.publicUrl.replace(/\/+$/, '')}/auth/oidc/${id}/callback`;
  }

  /** Rejects with `OIDC_PROVIDER_UNKNOWN`, `OIDC_UNAVAILABLE`; the next call tries again then. */
  client(id: string): Promise<BaseClient> {
    const options = this.options(id);
    const known = this.clients.get(id) ?? this.discover(options);
    this.clients.set(id, known);
    known.catch(() => this.clients.delete(id));
    return known;
  }

  private async discover({ id, issuer: url, clientId, clientSecret }: OidcProviderOptions): Promise<BaseClient> {
    const { Issuer: Issuers, custom: symbols } = loadOpenidClient();
    try {
      const issuer = await Issuers.discover(url);
      if (issuer.metadata.issuer !== url) throw new Error(`the discovery document of ${url} is of another issuer`);
      const client = new issuer.Client({
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [this.redirectUri(id)],
        response_types: ['code'],
      });
      client[symbols.clock_tolerance] = CLOCK_TOLERANCE_SECONDS;
      client[symbols.http_options] = (_url, options) => ({ ...options, timeout: TIMEOUT_MS });
      return client;
    } catch (error) {
      throw new OidcUnavailableError(id, error);
    }
  }
}
