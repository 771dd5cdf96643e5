import { basicCredential } from '@minos/auth';
import { RegistryDirectory } from '@minos/discovery';
import { DiscoveryModule, type DiscoveryOptions } from '@minos/discovery/module';
import { REGISTRY_OPTIONS, type RegistryOptions } from '@minos/discovery/server';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Controller, Get, Module, Param } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { DiscoveryAppModule } from '../src/discovery-app.module.js';

/** Short, so that tests are. */
export const INTERVAL_MS = 400;

/** A registry on this database, at an address of its own or the given one. */
export function startRegistry(url: string, options: RegistryOptions = {}, adapter?: AbstractHttpAdapter): Promise<TestingApp> {
  // What is probed is in this process as well: where that stands still, probes shall wait.
  const fast: RegistryOptions = { interval: INTERVAL_MS, keepAlive: '200ms', poll: '100ms', probeTimeout: '1m', ...options };
  return createTestingApp(DiscoveryAppModule, {
    storage: 'postgres',
    database: { url },
    ...(adapter === undefined ? {} : { adapter }),
    override: (builder) => builder.overrideProvider(REGISTRY_OPTIONS).useValue(fast),
  });
}

@Controller('orders')
class OrdersController {
  @Get(':id')
  read(@Param('id') id: string): { id: string } {
    return { id };
  }
}

/** A service `order` that registers itself at these registries. */
export function startService(urls: readonly string[], options: DiscoveryOptions = {}): Promise<TestingApp> {
  @Module({
    imports: [
      MinosModule.forRoot({ service: options.service ?? 'order', features: { messaging: false, cqrs: false } }),
      DiscoveryModule.forRoot({ urls, leaveDelay: '50ms', ...options }),
    ],
    controllers: [OrdersController],
  })
  class OrderModule {}
  return createTestingApp(OrderModule);
}

export function watch(urls: readonly string[], silence = 60_000): RegistryDirectory {
  return new RegistryDirectory({ urls, credential: { service: 'gateway', secret: 'any' }, retry: '20ms', silence });
}

/** What an instance would send, with what differs. */
export function registration(given: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { address: 'http://127.0.0.1:1', version: '', metadata: {}, endpoints: [], epoch: 1, ...given };
}

/** Sends a registration as this service, or whatever else. */
export async function ask(
  url: string,
  path: string,
  {
    as = 'order',
    secret = 'any',
    method = 'PUT',
    body,
  }: { readonly as?: string; readonly secret?: string; readonly method?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const headers = { authorization: basicCredential({ service: as, secret }), 'content-type': 'application/json' };
  const answer = await fetch(`${url}/registry${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
