import { randomUUID } from 'node:crypto';
import { Body, Controller, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Pool } from 'pg';
import { listening, type Route } from './route.js';

const INSERT = { name: 'bench_insert', text: 'insert into bare_notes (id, data) values ($1, $2)' };

@Controller('notes')
class NotesController {
  constructor(@Inject(Pool) private readonly pool: Pool) {}

  @Post()
  async write(@Body() body: { readonly text: string }): Promise<{ id: string }> {
    const id = randomUUID();
    await this.pool.query({ ...INSERT, values: [id, JSON.stringify(body)] });
    return { id };
  }
}

/** The route as Nest and pg alone do it: one insert for each request, as many connections as a service of the suite has. */
export async function openBareRoute({ url }: { readonly url: string }): Promise<Route> {
  const pool = new Pool({ connectionString: url, max: 5 });
  await pool.query('create table if not exists bare_notes (id uuid primary key, data jsonb not null)');
  @Module({ controllers: [NotesController], providers: [{ provide: Pool, useValue: pool }] })
  class BareModule {}
  const app = await NestFactory.create(BareModule, { logger: false });
  return listening(app, () => pool.end());
}
