import type { AddressInfo } from 'node:net';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { MinosExtras, ResolvedMinosOptions } from '../options/minos-options.js';

type Link = readonly [label: string, url: string];

/** The links that a person needs, complete with the address that the server listens on. */
export function linksOf(adapter: AbstractHttpAdapter, options: ResolvedMinosOptions, extras: MinosExtras): Link[] {
  const base = baseOf(adapter);
  const { features = {}, healthPath = 'health', metricsPath = 'metrics' } = extras;
  const own: Link[] = Object.entries(options.links).map(([label, url]) => [label, url.startsWith('/') ? `${base}${url}` : url]);
  return [
    ...own,
    ...((features.health ?? true) ? [['health', `${base}/${healthPath}/ready`] as const] : []),
    ...((features.metrics ?? true) ? [['metrics', `${base}/${metricsPath}`] as const] : []),
  ];
}

function baseOf(adapter: AbstractHttpAdapter): string {
  const server = adapter.getHttpServer() as { address(): AddressInfo | string | null };
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  const host =
    address.address === '::' || address.address === '0.0.0.0'
      ? 'localhost'
      : address.family === 'IPv6'
        ? `[${address.address}]`
        : address.address;
  return `http://${host}:${address.port}`;
}
