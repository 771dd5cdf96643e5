import type { ServiceCredential } from '../contracts/service-credentials.js';

/** The header by which a service says who it is. */
export function basicCredential({ service, secret }: ServiceCredential): string {
  return `Basic ${Buffer.from(`${service}:${secret}`, 'utf8').toString('base64')}`;
}
