import { REGISTRY_STATUSES, RegistryModule } from '@minos/discovery/server';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** One replica of the registry, in a process of its own. */
export interface RegistryNode {
  readonly calls: { readonly address: () => string };
  close(): Promise<void>;
}

/** As `apps/discovery` is, on this database. */
export async function openRegistry({ url }: { readonly url: string }): Promise<RegistryNode> {
  @Module({
    imports: [
      MinosModule.forRoot({
        service: 'discovery',
        database: { url },
        features: { messaging: false, cqrs: false },
        http: { statuses: REGISTRY_STATUSES },
      }),
      RegistryModule.forRoot(),
    ],
  })
  class RegistryApp {}
  const app = await NestFactory.create(RegistryApp, { logger: ['warn', 'error'] });
  await app.listen(0, '127.0.0.1');
  const address = await app.getUrl();
  return { calls: { address: () => address }, close: () => app.close() };
}
