import type { ServiceCredential } from '../contracts/service-credentials.js';

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const LONGEST = 1_024;

/** The header by which a service says who it is: HTTP Basic. */
export function basicCredential({ service, secret }: ServiceCredential): string {
  return `Basic ${Buffer.from(`${service}:${secret}`, 'utf8').toString('base64')}`;
}

/** Reads that header; `undefined` where it is none, or is longer than any. */
export function readBasicCredential(header: string | undefined): ServiceCredential | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  const encoded = BASIC.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon <= 0 ? undefined : { service: text.slice(0, colon), secret: text.slice(colon + 1) };
}
