// A whole service in an ES module application, on the embedded PostgreSQL, started twice.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { AccountModule, OpenAccount, WithdrawMoney } from './dist/account/account.js';

async function serve(work) {
  const app = await NestFactory.create(AccountModule, { logger: ['warn', 'error'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  try {
    const ready = await fetch(`${await app.getUrl()}/health/ready`);
    assert.equal(ready.status, 200, await ready.text());
    return await work(app.get(CommandBus));
  } finally {
    await app.close();
  }
}

const first = await serve(async (commands) => {
  await commands.execute(new OpenAccount('1', 100));
  return commands.execute(new WithdrawMoney('1', 30));
});
assert.deepEqual(first, { balance: 70 });
const second = await serve((commands) => commands.execute(new WithdrawMoney('1', 30)));
assert.deepEqual(second, { balance: 40 });
await assert.rejects(
  serve((commands) => commands.execute(new WithdrawMoney('1', 41))),
  { code: 'account.overdrawn' },
);
console.log('a whole service in an ES module application: ok');
