import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Environment, readEnvironment } from './environment.js';
import { GatewayAppModule } from './gateway-app.module.js';

async function create(environment: Environment): Promise<INestApplication> {
  const options = { logger: environment.logLevels };
  const module = GatewayAppModule.with(environment);
  if (environment.adapter === 'express') return NestFactory.create(module, options);
  // Loaded only where it is asked for: it is not among the packages that the shop needs.
  const { FastifyAdapter } = require('@nestjs/platform-fastify') as typeof import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), options);
}

async function bootstrap(): Promise<void> {
  const environment = readEnvironment(process.env);
  const app = await create(environment);
  // A supervisor reads the code: 0 is an end in order.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(environment.port, environment.host);
}

void bootstrap();
