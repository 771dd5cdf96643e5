import { Command, createEnvelope, Event, MessageRegistry, Query, Rejection, type Change, type Envelope, type Unit } from '@minos/common';
import { currentContext, SystemClock } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import type { OutboxAdd } from '../contracts/outgoing-message.js';
import { Outbox } from '../outbox/outbox.js';
import type { Answer } from './answer-handler.decorator.js';
import { answerBindings, commandBinding, eventBinding } from './bindings.js';

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command<{ total: number }, 'stock.insufficient'> {
  constructor(readonly orderId: string) {
    super();
  }
}

@Event('stock.reserved', { version: 2 })
class StockReserved {
  constructor(readonly orderId: string) {}
}

@Query('stock.list', { owner: 'product' })
class ListStock extends Query<string[]> {}

const registry = new MessageRegistry().register(ReserveStock, StockReserved, ListStock);
const ID = '0190a3c2-7b1e-7000-8000-000000000001';
const outbox = new Outbox({ source: 'product', clock: new SystemClock() });

function envelopeOf(more: Partial<Parameters<typeof createEnvelope>[0]> = {}): Envelope {
  return createEnvelope({
    id: ID,
    source: 'order',
    type: 'stock.reserve',
    time: '2026-01-02T03:04:05Z',
    correlationid: 'c-1',
    data: { orderId: 'o-1' },
    extensions: { answerto: 'order.answers' },
    ...more,
  });
}

/** A unit that only collects. */
function contextOf(envelope: Envelope): { context: MessageContext; sent: OutboxAdd[] } {
  const sent: OutboxAdd[] = [];
  const unit = { tenant: '', resources: new Map(), enlist: (change: Change) => sent.push(change as OutboxAdd) } as unknown as Unit;
  return { sent, context: { envelope, unit, stored: { key: 'o-1' } } as unknown as MessageContext };
}

describe('a command handler behind the consumer', () => {
  it('gets an instance of the class, in the context of the message, and answers the sender in the same unit', async () => {
    const seen: unknown[] = [];
    const binding = commandBinding(registry.get('stock.reserve'), outbox, (command) => {
      seen.push(command, currentContext());
      return { total: 7 };
    });
    const { context, sent } = contextOf(envelopeOf());
    const command = binding.decode?.(context.envelope) ?? {};
    const reply = await binding.handle(command, context);
    expect(seen[0]).toBeInstanceOf(ReserveStock);
    expect(seen[1]).toMatchObject({ correlationId: 'c-1', causationId: ID });
    expect(reply).toEqual({ type: 'minos.result', data: { result: { total: 7 } } });
    expect(sent).toEqual([expect.objectContaining({ channel: 'order.answers', key: 'o-1' })]);
    expect(sent[0]?.headers).toMatchObject({ ce_causationid: ID, ce_answers: 'stock.reserve', ce_correlationid: 'c-1' });
  });

  it('makes rejections of what counts as one, and answers with it', async () => {
    const refuse = commandBinding(registry.get('stock.reserve'), outbox, () => {
      throw Object.assign(new Error('not found'), { getStatus: () => 404 });
    });
    const { context, sent } = contextOf(envelopeOf());
    await expect(refuse.handle({}, context)).rejects.toMatchObject({ code: 'http.404' });
    expect(sent).toEqual([]);
    await refuse.rejected?.(new Rejection('stock.insufficient', 'no'), context);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ code: 'stock.insufficient' });
  });

  it('leaves a fault a fault, and sends nothing where nobody waits for an answer', async () => {
    const binding = commandBinding(registry.get('stock.reserve'), outbox, () => Promise.reject(new Error('boom')));
    const { context, sent } = contextOf(envelopeOf({ extensions: undefined }));
    await expect(binding.handle({}, context)).rejects.toThrow('boom');
    const quiet = commandBinding(registry.get('stock.reserve'), outbox, () => undefined);
    await quiet.handle({}, context);
    expect(sent).toEqual([]);
  });
});

it.each([
  ['stock.reserve', 'is kept, and given again', false],
  ['stock.list', 'is not kept, and the query is handled again where it is asked again', true],
])('the reply to a request of %s %s', async (name, _, again) => {
  const place = { replyto: 'order.replies', replykey: '1', asking: ID, budget: '1000' };
  const binding = commandBinding(registry.get(name), outbox, () => ['mug'], {
    clock: { ...new SystemClock(), now: () => 0 } as SystemClock,
  });
  const { context, sent } = contextOf(envelopeOf({ type: name, extensions: place }));
  const kept = (await binding.handle({}, context)) ?? undefined;
  expect(sent.map(({ channel, body }) => [channel, JSON.parse(body)])).toEqual([['order.replies', { result: ['mug'] }]]);
  expect(JSON.stringify(kept).includes('mug')).toBe(!again);
  expect(binding.repeats?.supersedes(kept, context.envelope)).toBe(false);
  const later = { ...place, asking: ID.replace(/1$/, '2') };
  expect(binding.repeats?.supersedes(kept, envelopeOf({ type: name, extensions: later }))).toBe(again);
});

it('an event handler gets an instance of the class and returns nothing that would be kept', async () => {
  const seen: object[] = [];
  const binding = eventBinding(registry.get('stock.reserved'), (event) => seen.push(event));
  const { context } = contextOf(envelopeOf({ type: 'stock.reserved', schemaversion: 2 }));
  expect(await binding.handle(binding.decode?.(context.envelope) ?? {}, context)).toBeUndefined();
  expect(binding.schemaVersion).toBe(2);
  expect(seen[0]).toBeInstanceOf(StockReserved);
});

describe('an answer handler', () => {
  it('gets the result or the rejection with the id and the key of the command; answers that nobody handles pass', async () => {
    const seen: Answer[] = [];
    const bindings = answerBindings(new Map([['stock.reserve', (answer: Answer) => seen.push(answer)]]));
    const deliver = async (type: string, data: Envelope['data'], answers: string): Promise<void> => {
      const { context } = contextOf(envelopeOf({ type, data, causationid: 'm-1', extensions: { answers } }));
      await bindings.get(type)?.handle(context.envelope, context);
    };
    await deliver('minos.result', { result: { total: 7 } }, 'stock.reserve');
    await deliver('minos.rejection', { code: 'stock.insufficient', message: 'no', details: {} }, 'stock.reserve');
    await deliver('minos.result', { result: null }, 'stock.sell');
    expect(seen).toEqual([
      { commandId: 'm-1', key: 'o-1', result: { total: 7 } },
      { commandId: 'm-1', key: 'o-1', rejection: expect.objectContaining({ code: 'stock.insufficient' }) },
    ]);
  });
});
