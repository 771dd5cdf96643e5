import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import { EventSourcingModule } from '@minos/event-sourcing/module';
import { PostgresModule } from '@minos/postgres/module';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { VisitService, VisitsModule } from './visits.js';

async function open(...storage: DynamicModule[]): Promise<INestApplicationContext> {
  const module = await Test.createTestingModule({ imports: [...storage, VisitsModule] }).compile();
  return module.init();
}

async function useVisits(app: INestApplicationContext): Promise<void> {
  const visits = app.get(VisitService);
  expect([await visits.count('monday', '/a'), await visits.count('monday', '/b')]).toEqual([1, 2]);
  await expect(visits.pages('monday')).resolves.toEqual(['/a', '/b']);
}

describe('the event store as a module', () => {
  it('keeps events in memory', async () => {
    const app = await open(EventSourcingModule.forRoot({ storage: 'memory' }));
    await useVisits(app);
    await app.close();
  });

  it('keeps events in PostgreSQL, also for the next process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'minos-visits-'));
    const server = await startPostgres({ directory, fsync: false, useDatabaseUrl: false });
    const connectionString = await createDatabase(server.url, 'visits');
    const storage = (): DynamicModule[] => [PostgresModule.forRoot({ connectionString }), EventSourcingModule.forRoot({})];
    const first = await open(...storage());
    await useVisits(first);
    await first.close();
    const second = await open(...storage());
    await expect(second.get(VisitService).pages('monday')).resolves.toEqual(['/a', '/b']);
    await second.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
});
