import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readEnvironment } from './environment.js';
import { DiscoveryAppModule } from './discovery-app.module.js';

async function bootstrap(): Promise<void> {
  const { port, host, logLevels } = readEnvironment(process.env);
  const app = await NestFactory.create(DiscoveryAppModule, { logger: logLevels });
  // A supervisor reads the code: 0 is an end in order.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(port, host);
}

void bootstrap();
