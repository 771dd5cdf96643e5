import type { Clock } from '@minos/common';
import type { TokenIssuer } from '../tokens/token-issuer.js';

/** Roles of services, by their names. */
export type ServiceRoles = Readonly<Record<string, readonly string[]>>;

export const SERVICE_ROLE = 'service';

export interface ServiceTokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
}

/** Access tokens for services that act on their own (client credentials, RFC 6749 §4.4). There is nothing to refresh: the service asks again. */
export class ServiceTokens {
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly clock: Clock,
    private readonly roles: ServiceRoles,
  ) {}

  /** For a service whose credential was verified. Its subject is `service:<name>`, its roles `service` and those that the options give it. */
  async issue(service: string): Promise<ServiceTokenAnswer> {
    const own = Object.hasOwn(this.roles, service) ? (this.roles[service] ?? []) : [];
    const roles = [...new Set([SERVICE_ROLE, ...own])].sort();
    const issuedAt = Math.floor(this.clock.now() / 1000);
    const token = await this.issuer.sign({ subject: `service:${service}`, tenant: '', roles, permissions: [], issuedAt });
    return { access_token: token, token_type: 'Bearer', expires_in: this.issuer.expiresIn };
  }
}
