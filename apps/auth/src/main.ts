import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AuthAppModule } from './auth-app.module.js';
import { readEnvironment } from './environment.js';

async function bootstrap(): Promise<void> {
  const { port, host, logLevels, trustedProxies } = readEnvironment(process.env);
  const app = await NestFactory.create<NestExpressApplication>(AuthAppModule, { logger: logLevels });
  app.set('trust proxy', trustedProxies);
  // A supervisor reads the code: 0 is an end in order.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(port, host);
}

void bootstrap();
