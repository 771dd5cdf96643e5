import { fastifyFrameworkErrors } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase } from '@minos/postgres/testing';
import type { Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** On what the tests of a service run: each storage, and each adapter. */
export const SURROUNDINGS = [
  ['memory', 'express'],
  ['memory', 'fastify'],
  ['postgres', 'express'],
] as const;

/** Starts the service on this storage and adapter; its database goes with it. */
export async function startServiceOn(module: Type, storage: 'memory' | 'postgres', adapter: 'express' | 'fastify'): Promise<TestingApp> {
  const database = storage === 'postgres' ? await createTestDatabase() : undefined;
  const app = await createTestingApp(module, {
    storage,
    ...(database && { database: { url: database.url } }),
    ...(adapter === 'fastify' && { adapter: new FastifyAdapter({ frameworkErrors: fastifyFrameworkErrors }) }),
  });
  return {
    ...app,
    close: async () => {
      await app.close();
      await database?.drop();
    },
  };
}
