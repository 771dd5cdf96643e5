import { MINOS_CLIENT, MinosMicroservicesModule, MinosServer } from '@minos/messaging/microservices';
import type { MessagingModuleOptions } from '@minos/messaging/module';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import type { DynamicModule, INestApplication, LoggerService, ModuleMetadata } from '@nestjs/common';
import type { ClientProxy, CustomTransportStrategy } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';

/** What the application of a scenario is made of; the same for both sides. */
export type Parts = Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'>;
export type Messaging = Omit<MessagingModuleOptions, 'service'>;

/** Quick tries, so that a test sees the end of them. */
export const QUICK: Messaging = { consumers: { retry: { first: 1, longest: 2 } } };

const running: INestApplication[] = [];

/** What a test started is closed after it. */
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

/** An application of plain Nest, with one microservice for each of the transports. */
export async function plainNest(parts: Parts, transports: readonly CustomTransportStrategy[] = []): Promise<INestApplication> {
  const compiled = await Test.createTestingModule(parts).setLogger(SILENT).compile();
  const app = compiled.createNestApplication({ logger: false });
  running.push(app);
  for (const strategy of transports) app.connectMicroservice({ strategy });
  await app.startAllMicroservices();
  await app.init();
  return app;
}

/** The same application with `MinosModule`, its patterns served by `MinosServer`. */
export async function minos(service: string, parts: Parts, messaging: Messaging = {}): Promise<TestingApp> {
  const testing = await createTestingApp(withMinos(service, parts), { messaging: { ...QUICK, ...messaging } });
  running.push(testing.app);
  testing.app.connectMicroservice({ strategy: testing.get(MinosServer) });
  await testing.app.startAllMicroservices();
  return testing;
}

export function withMinos(service: string, { imports = [], ...parts }: Parts): DynamicModule {
  class Service {}
  return { module: Service, imports: [MinosModule.forRoot({ service }), MinosMicroservicesModule.forRoot({}), ...imports], ...parts };
}

/** Emits events of the service itself by our `ClientProxy`. */
export async function emitMinos(app: TestingApp, event: string, messages: readonly { key: string; value: object }[]): Promise<void> {
  const client = app.get<ClientProxy>(MINOS_CLIENT);
  for (const { key, value } of messages) await firstValueFrom(client.emit({ event, key }, value));
}

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** A promise that the test resolves. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
