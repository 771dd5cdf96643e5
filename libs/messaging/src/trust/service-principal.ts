import { frozenPrincipal, type Principal } from '@minos/common';

/** Keeps services apart from users of the same name. */
const PREFIX = 'service:';

/** Who acts where nobody else does: the service itself. One for all it does on its own, so `actedAt` is when this was first asked for. */
export function servicePrincipal(service: string, actedAt: Date): Principal {
  return frozenPrincipal({
    subject: PREFIX + service,
    roles: ['service'],
    tenant: '',
    actedAt: actedAt.toISOString(),
    correlationId: '',
    issuer: service,
    audience: ['*'],
  });
}

/** Whether a service acts on its own, and not for a user. */
export function isServicePrincipal({ subject }: Principal): boolean {
  return subject.startsWith(PREFIX);
}
