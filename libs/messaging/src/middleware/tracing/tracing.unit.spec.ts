import * as api from '@opentelemetry/api';
import { currentContext, Rejection, SystemClock, type Change } from '@minos/common';
import { commandBinding } from '../../handlers/bindings.js';
import { Outbox } from '../../outbox/outbox.js';
import { Messages } from '../../send/messages.js';
import { Command, messageMetadataOf, MessageRegistry, type MessageMetadata, type Unit } from '@minos/common';
import type { OutboxAdd } from '../../contracts/outgoing-message.js';
import { COMMAND, contextOf, envelopeOf, TRACE_ID, TRACEPARENT } from '../call-kit.js';
import { MessageChain } from '../chain.js';
import { RecordingProvider } from './recording-provider-kit.js';
import { parseTraceparent } from './traceparent.js';
import { TracingMiddleware } from './tracing.js';

const SPAN_ID = TRACEPARENT.split('-')[2];
const traced = (traceparent?: string) => contextOf({ envelope: envelopeOf(traceparent === undefined ? {} : { traceparent }) });
const traceIn = (): string | undefined => currentContext().traceparent;

@Command('stock.reserve', { owner: 'product' })
class ReserveStock extends Command<{ total: number }> {}

afterEach(() => api.trace.disable());

describe('with an SDK', () => {
  const provider = new RecordingProvider();
  const withSdk = async (work: () => Promise<unknown>): Promise<(typeof provider.spans)[number]> => {
    api.trace.setGlobalTracerProvider(provider);
    await work().catch(() => undefined);
    return provider.spans.at(-1) as (typeof provider.spans)[number];
  };

  it('each try is a consumer span below the one that sent the message', async () => {
    let inside: string | undefined;
    const span = await withSdk(() => new MessageChain().bind(COMMAND)(null, traced(TRACEPARENT), () => (inside = traceIn())));
    expect(span).toMatchObject({
      name: 'process product.commands',
      kind: api.SpanKind.CONSUMER,
      parent: { traceId: TRACE_ID, spanId: SPAN_ID, isRemote: true },
      ended: true,
      status: undefined,
      attributes: {
        'messaging.system': 'minos',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'product.commands',
        'messaging.destination.partition.id': '3',
        'messaging.consumer.group.name': 'product',
        'messaging.message.id': '0190a3c2-7b1e-7000-8000-000000000001',
        'messaging.message.conversation_id': 'c-1',
        'minos.message.name': 'stock.reserve',
        'minos.handler': 'Handler.execute',
        'minos.attempt': 1,
      },
    });
    expect(inside).toBe(`00-${TRACE_ID}-${span.context.spanId}-01`);
  });

  it('a message without a trace begins one', async () => {
    let inside: string | undefined;
    const span = await withSdk(() => new MessageChain().bind(COMMAND)(null, traced(), () => (inside = traceIn())));
    expect(span.parent).toBeUndefined();
    expect(inside).toBe(`00-${span.context.traceId}-${span.context.spanId}-01`);
  });

  it('a fault is an error of the span, a rejection is none', async () => {
    const failing = (error: Error) => withSdk(() => new MessageChain().bind(COMMAND)(null, traced(), () => Promise.reject(error)));
    const boom = Object.assign(new Error('boom'), { code: 'E_BOOM' });
    expect(await failing(boom)).toMatchObject({
      ended: true,
      status: { code: api.SpanStatusCode.ERROR },
      exceptions: [boom],
      attributes: { 'error.type': 'E_BOOM' },
    });
    expect(await failing(new TypeError('x'))).toMatchObject({ attributes: { 'error.type': 'TypeError' } });
    expect(await failing(new Rejection('stock.insufficient', 'no'))).toMatchObject({
      ended: true,
      status: undefined,
      exceptions: [],
      attributes: { 'minos.rejection': 'stock.insufficient' },
    });
  });

  it('what the handler sends, and its answer, belong to the span of the try', async () => {
    const registry = new MessageRegistry().register(ReserveStock);
    const outbox = new Outbox({ source: 'product', clock: new SystemClock() });
    const sent: OutboxAdd[] = [];
    const unit = {
      tenant: '',
      resources: new Map(),
      enlist: (change: Change) => (sent.push(change as OutboxAdd), { result: undefined }),
    } as unknown as Unit;
    const messages = new Messages({
      service: 'product',
      outbox,
      registry,
      unitOfWork: { run: (work: (unit: Unit) => unknown) => work(unit) } as never,
    });
    const binding = commandBinding(messageMetadataOf(ReserveStock) as MessageMetadata, outbox, () => messages.send(new ReserveStock()));
    const envelope = envelopeOf({ traceparent: TRACEPARENT, extensions: { answerto: 'order.answers' } });
    const span = await withSdk(async () => binding.handle(new ReserveStock(), contextOf({ unit, envelope })));
    const own = `00-${TRACE_ID}-${span.context.spanId}-01`;
    expect(sent.map(({ channel, headers }) => [channel, headers['ce_traceparent']])).toEqual([
      ['product.commands', own],
      ['order.answers', own],
    ]);
    await binding.rejected?.(new Rejection('a.b', 'no'), contextOf({ unit, envelope }));
    expect(sent.at(-1)?.headers['ce_traceparent']).toBe(TRACEPARENT);
  });
});

describe.each([
  ['no SDK', () => new TracingMiddleware()],
  ['no OpenTelemetry API', () => new TracingMiddleware(() => undefined)],
])('with %s', (_what, make) => {
  const inside = async (traceparent?: string): Promise<string | undefined> => {
    const tracing = make();
    const context = traced(traceparent);
    let seen: string | undefined;
    const chain = new MessageChain({ tracing: false, middleware: [{ handle: (call, next) => tracing.handle(call, next) }] });
    await chain.bind(COMMAND)(null, context, () => (seen = traceIn()));
    return seen;
  };

  it('a trace goes on with a span id of its own for each try', async () => {
    const first = parseTraceparent(await inside(TRACEPARENT));
    const second = parseTraceparent(await inside(TRACEPARENT));
    expect(first).toMatchObject({ traceId: TRACE_ID, flags: 1 });
    expect(new Set([first?.spanId, second?.spanId, SPAN_ID]).size).toBe(3);
  });

  it('none begins', async () => expect(await inside()).toBeUndefined());
});
