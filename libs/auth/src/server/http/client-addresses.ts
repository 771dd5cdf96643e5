import { isIP } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import { bearerTokenOf } from '../../credentials/bearer-token.js';
import { AuthServer } from '../auth-server.js';
import type { AnyRequest } from './http-parts.js';

/**
 * Where requests come from, for limits and the audit log. What `X-Forwarded-For` says counts where the request has a token that the gateway made for this service: nobody else can make one, no client gets to
 * see one, and the gateway drops what clients say there. Elsewhere the HTTP adapter's word counts, which believes the proxies that it was told of.
 */
@Injectable()
export class ClientAddresses {
  private readonly logger = new Logger('Auth');
  private told = false;

  constructor(private readonly server: AuthServer) {}

  /** IPv4 or IPv6; `unknown` where the adapter knows none. Rejects where the keys of tokens cannot be had. */
  async of(request: AnyRequest): Promise<string> {
    const { ip = 'unknown', headers } = request;
    const said = headers['x-forwarded-for'];
    if (said === undefined) return ip;
    const token = bearerTokenOf(request);
    if (token !== null && (await this.server.tokens.isMinted(token))) return clientOf(said) ?? ip;
    if (ip === request.socket?.remoteAddress) this.tell(ip);
    return ip;
  }

  /** Once: anybody can send the header. */
  private tell(proxy: string): void {
    if (this.told || !this.server.options.production) return;
    this.told = true;
    this.logger.warn(
      `A request from ${proxy} has X-Forwarded-For, which is not believed: limits and the audit log take all that comes from there for one client. If it is the gateway of Minos, see why it ` +
        'sends no service token (GatewayModule needs AUTH_URL and MINOS_SERVICE_SECRET); if it is another proxy, name it in AUTH_TRUSTED_PROXIES; if it is a client, nothing has to be done.',
    );
  }
}

/** The first address is the client's, as far as the gateway has verified it; behind it stand proxies. */
function clientOf(said: string | readonly string[]): string | undefined {
  const first = String(said).split(',', 1)[0]?.trim() ?? '';
  return isIP(first) === 0 ? undefined : first;
}
