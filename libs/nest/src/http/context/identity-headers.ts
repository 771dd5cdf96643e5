import type { IncomingHttpHeaders } from 'node:http';

/** What a client may not say about itself: identity comes from a verified token, the address from the connection. */
const IDENTITY_HEADERS = [
  'x-user',
  'x-user-id',
  'x-user-roles',
  'x-roles',
  'x-principal',
  'x-tenant',
  'x-tenant-id',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-remote-user',
  'x-minos-principal',
  'x-minos-tenant',
];

export function dropIdentityHeaders(headers: IncomingHttpHeaders): void {
  for (const name of IDENTITY_HEADERS) delete headers[name];
}
