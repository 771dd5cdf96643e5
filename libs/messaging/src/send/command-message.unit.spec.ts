import { Command, MessageRegistry, Rejection, runInContext } from '@minos/common';
import { readAnswer, REJECTION, rejectionMessage, resultMessage, RESULT } from './answer-message.js';
import { commandMessage } from './command-message.js';
import { rejectionOf } from './rejection-of.js';

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command<{ total: number }, 'stock.insufficient'> {
  constructor(
    readonly orderId: string,
    readonly quantity: number,
  ) {
    super();
  }
}

@Command('note.take')
class TakeNote extends Command {}

const ID = '0190a3c2-7b1e-7000-8000-000000000001';
const registry = new MessageRegistry().register(ReserveStock, TakeNote);

describe('a command as a message', () => {
  it('goes to the commands of its owner, by its key, and says where the answer goes', () => {
    const message = runInContext({ correlationId: 'c-1', causationId: 'm-1', tenant: 'acme' }, () =>
      commandMessage(new ReserveStock('o-1', 3), 'order', registry, { id: ID }),
    );
    expect(message).toEqual({
      id: ID,
      channel: 'product.commands',
      key: 'o-1',
      type: 'stock.reserve',
      schemaVersion: 1,
      data: { orderId: 'o-1', quantity: 3 },
      extensions: { answerto: 'order.answers' },
      correlationId: 'c-1',
      causationId: 'm-1',
      tenant: 'acme',
    });
  });

  it('begins a correlation where there is none, and takes another key if one is given', () => {
    expect(commandMessage(new ReserveStock('o-1', 3), 'order', registry, { id: ID, key: 'k' })).toMatchObject({
      correlationId: ID,
      key: 'k',
    });
  });

  it('is refused without an owner, and without a key', () => {
    expect(() => commandMessage(new TakeNote(), 'order', registry, { id: ID })).toThrow("@Command('note.take', { owner: '<service>' })");
    expect(() => commandMessage(new ReserveStock('', 1), 'order', registry, { id: ID })).toThrow('has no key');
  });
});

describe('the answer to a command', () => {
  const command = { id: ID, type: 'stock.reserve', key: 'o-1', answerTo: 'order.answers', correlationId: 'c-1' };

  it('carries the result to the sender, under the key of the command', () => {
    const message = resultMessage(command, 'a-1', { total: 7 });
    expect(message).toMatchObject({ channel: 'order.answers', key: 'o-1', causationId: ID, extensions: { answers: 'stock.reserve' } });
    expect(readAnswer(message.type, message.data)).toEqual({ result: { total: 7 } });
  });

  it('is undefined again where the handler returned nothing', () => {
    expect(readAnswer(RESULT, { result: null })).toEqual({ result: undefined });
  });

  it.each([
    [
      'objects that hide methods',
      { code: { toString: 1, valueOf: 1 }, message: { toString: null }, details: 7 },
      '{"toString":1,"valueOf":1}',
    ],
    ['nothing', null, 'null'],
    ['a text', 'no', 'null'],
    ['lists', { code: ['a'], message: [[]], details: [1] }, '["a"]'],
  ])('is read as a rejection also where its data are %s', (_, data, code) => {
    const answer = readAnswer(REJECTION, data);
    expect('rejection' in answer && answer.rejection).toMatchObject({ code, message: expect.any(String) as string, details: {} });
  });

  it('carries a rejection with code, text and facts', () => {
    const message = rejectionMessage(command, 'a-1', new Rejection('stock.insufficient', 'only 2 left', { left: 2 }));
    const answer = readAnswer(message.type, message.data);
    expect('rejection' in answer && answer.rejection).toMatchObject({
      code: 'stock.insufficient',
      message: 'only 2 left',
      details: { left: 2 },
    });
  });
});

describe('what counts as a rejection', () => {
  const http = (status: number): Error => Object.assign(new Error('said no'), { getStatus: () => status });

  it.each([
    ['a rejection', new Rejection('a.b', 'no'), 'a.b'],
    ['an HTTP error of the client', http(404), 'http.404'],
    ['an HTTP error of ours', http(500), undefined],
    ['any other error', new Error('boom'), undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_, error, code) => expect(rejectionOf(error)?.code).toBe(code));
});
