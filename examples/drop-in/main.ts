import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** Serves the file of heroes that it is told, and tells its parent where. */
async function main(file = ''): Promise<void> {
  const { HeroesModule } = (await import(file)) as { readonly HeroesModule: Type };
  const app = await NestFactory.create(HeroesModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.(await app.getUrl());
}

void main(process.argv[2]);
