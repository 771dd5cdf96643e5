import type { Principal } from '@minos/common';

/** Everybody, while no authentication is configured: the subject `dev` with all roles. Never in production. */
export function devPrincipal(service: string, correlationId: string): Principal {
  return {
    subject: 'dev',
    roles: ['*'],
    tenant: '',
    actedAt: new Date().toISOString(),
    correlationId,
    issuer: service,
    audience: [service],
  };
}
