import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** The application's HTTP adapter; an application context has none, whatever the types of Nest say. */
export function httpAdapterOf(host: HttpAdapterHost): AbstractHttpAdapter | undefined {
  return (host.httpAdapter as AbstractHttpAdapter | null | undefined) ?? undefined;
}
