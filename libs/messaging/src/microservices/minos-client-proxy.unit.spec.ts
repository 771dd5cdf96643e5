import { Command, Event, MemoryCommitter, MessageRegistry, Rejection, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { Inject, Injectable, Logger, Module } from '@nestjs/common';
import { type ClientProxy, ClientsModule } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { MinosModule } from '@minos/nest';
import { firstValueFrom } from 'rxjs';
import type { OutboxAdd, OutgoingMessage } from '../contracts/outgoing-message.js';
import { Outbox } from '../outbox/outbox.js';
import { MINOS_CLIENT, MinosClientProxy, type MinosClientOptions, MinosMicroservicesModule } from './index.js';

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}

@Event('order.placed')
class OrderPlaced {}

const clock = new SystemClock();
const ID = uuidv7();

function world(options: MinosClientOptions = {}) {
  const stored: OutboxAdd[] = [];
  const asked: OutgoingMessage[] = [];
  const committer = new MemoryCommitter([
    {
      kind: 'messaging.outbox-add',
      apply: (change: OutboxAdd) => (stored.push(change), { result: change.messageId, undo: () => void stored.pop() }),
    },
  ]);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const answers: (() => unknown)[] = [];
  const ports = {
    service: 'order',
    outbox: new Outbox({ source: 'order', clock }),
    unitOfWork,
    registry: new MessageRegistry().register(ReserveStock, OrderPlaced),
    requests: {
      askMessage: async (message: OutgoingMessage, given?: object) => {
        asked.push({ ...message, ...given });
        return answers.shift()?.();
      },
    },
  };
  return { client: new MinosClientProxy(options, ports), stored, asked, answers, unitOfWork };
}

const fault = async (
  pattern: unknown,
  data: object = {},
  verb: 'send' | 'emit' = 'send',
  options: MinosClientOptions = {},
): Promise<string> =>
  firstValueFrom(world(options).client[verb](pattern, data)).then(
    () => 'it was sent',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

describe('where a pattern goes', () => {
  it('a command whose class is known goes to its owner, by its key', async () => {
    const { client, asked } = world();
    await firstValueFrom(client.send('stock.reserve', { orderId: 'o-1' }));
    await firstValueFrom(client.send('stock.reserve', new ReserveStock('o-2')));
    expect(asked).toMatchObject([
      { channel: 'product.commands', key: 'o-1', type: 'stock.reserve', schemaVersion: 1, data: { orderId: 'o-1' } },
      { channel: 'product.commands', key: 'o-2', data: { orderId: 'o-2' } },
    ]);
  });

  it('the pattern itself, else the client, may say owner, key, id, version and timeout', async () => {
    const { client, asked } = world({ owner: 'mail', timeout: '2s' });
    await firstValueFrom(client.send({ cmd: 'letter.send', key: 'k', id: ID, version: 3 }, { to: 'a' }));
    await firstValueFrom(client.send({ cmd: 'stock.reserve', owner: 'other' }, { orderId: 'o' }));
    expect(asked).toMatchObject([
      { channel: 'mail.commands', key: 'k', id: ID, schemaVersion: 3, timeout: 2000 },
      { channel: 'other.commands', key: 'o' },
    ]);
  });

  it('what is emitted is an event of this service, unless it is a command', async () => {
    const { client, stored } = world({ owner: 'mail' });
    const id = await firstValueFrom(client.emit('order.placed', {}));
    await firstValueFrom(client.emit({ event: 'order.noticed', key: 'o' }, [1]));
    await firstValueFrom(client.emit('stock.reserve', { orderId: 'o-1' }));
    await firstValueFrom(client.emit({ cmd: 'letter.send' }, 'text'));
    expect(stored.map(({ channel, key, body }) => [channel, key, body])).toEqual([
      ['order.events', id, '{}'],
      ['order.events', 'o', '[1]'],
      ['product.commands', 'o-1', '{"orderId":"o-1"}'],
      ['mail.commands', expect.any(String), '"text"'],
    ]);
    expect(stored.every(({ headers }) => headers['ce_answerto'] === undefined)).toBe(true);
  });

  it.each([
    ['letter.send', "Write { cmd: 'letter.send', owner: '<service>' }"],
    ['product:stock.reserve', "Write { cmd: 'stock.reserve', owner: 'product' }"],
    ['stock.*', 'has no durable name'],
    [{ cmd: 'a', event: 'b' }, 'names no message, or two'],
    [{ role: 'sum', cmd: 'a' }, 'unknown field role'],
    [{ cmd: 'a', owner: '' }, 'text as owner'],
    [{ cmd: 'a', owner: 'b', version: 0 }, 'whole number from 1'],
    [{ event: 'a', owner: 'b' }, 'gives an event an owner'],
    ['order.placed', 'Use emit()'],
    [{ event: 'x' }, 'Use emit()'],
    [7, 'names no message'],
    ['stock.reserve', 'needs a key'],
  ])('%j is refused', async (pattern, text) => {
    const error = await fault(pattern);
    expect(error).toMatch(/^PATTERN_INVALID/);
    expect(error).toContain(text);
  });
});

describe('send', () => {
  it('gives the result, null for nothing, and the rejection as it is', async () => {
    const { client, answers } = world();
    answers.push(
      () => ({ total: 3 }),
      () => undefined,
      () => {
        throw new Rejection('stock.insufficient', 'only 2 left');
      },
    );
    const send = () => firstValueFrom(client.send('stock.reserve', { orderId: 'o' }));
    expect(await send()).toEqual({ total: 3 });
    expect(await send()).toBeNull();
    await expect(send()).rejects.toMatchObject({ code: 'stock.insufficient' });
  });

  it('asks when somebody subscribes', async () => {
    const { client, asked } = world();
    const reply = client.send('stock.reserve', { orderId: 'o' });
    await new Promise(setImmediate);
    expect(asked).toEqual([]);
    await firstValueFrom(reply);
    expect(asked.length).toBe(1);
  });
});

describe('emit', () => {
  it('is part of the open unit although nobody waits for it, and is undone with it', async () => {
    const { client, stored, unitOfWork } = world();
    await unitOfWork.run(() => void client.emit('order.placed', {}));
    expect(stored.length).toBe(1);
    const failing = unitOfWork.run(() => {
      client.emit('order.placed', {});
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(stored.length).toBe(1);
  });

  it('happens once, however many subscribe and however late', async () => {
    const { client, stored } = world();
    const sent = client.emit<string, object>('order.placed', {});
    const id = await firstValueFrom(sent);
    expect(await firstValueFrom(sent)).toBe(id);
    expect(stored.map(({ messageId }) => messageId)).toEqual([id]);
  });

  it('tells its errors to whoever subscribes, else to the log', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    expect(await fault('no name', {}, 'emit')).toMatch(/^PATTERN_INVALID/);
    expect(logged).not.toHaveBeenCalled();
    world().client.emit('no name', {});
    await new Promise(setImmediate);
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ code: 'PATTERN_INVALID' }));
    logged.mockRestore();
  });
});

describe('in an application', () => {
  @Injectable()
  class Sender {
    constructor(
      @Inject('MAIL') readonly mail: ClientProxy,
      @Inject(MINOS_CLIENT) readonly any: ClientProxy,
    ) {}
  }

  it('clients of ClientsModule send through the application', async () => {
    @Module({
      imports: [
        MinosModule.forRoot({ service: 'order', storage: 'memory', features: { http: false, health: false, metrics: false } }),
        MinosMicroservicesModule.forRoot({ server: false }),
        ClientsModule.register([{ name: 'MAIL', customClass: MinosClientProxy, options: { owner: 'mail' } }]),
      ],
      providers: [Sender],
    })
    class App {}
    const compiled = await Test.createTestingModule({ imports: [App] })
      .setLogger(false as never)
      .compile();
    const { mail, any } = compiled.get(Sender);
    await expect(firstValueFrom(mail.emit('order.placed', {}))).rejects.toMatchObject({ code: 'CLIENT_UNBOUND' });
    await compiled.init();
    expect(await firstValueFrom(mail.emit('order.placed', {}))).toEqual(expect.any(String));
    expect(await firstValueFrom(any.emit('order.placed', {}))).toEqual(expect.any(String));
    await compiled.close();
  });
});
