import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { currentContext, isRejection, runInContext } from '@minos/common';
import type { HandlerCall, MessageMiddleware } from '../../contracts/message-middleware.js';
import { loadTelemetry, type Telemetry } from './load-telemetry.js';
import { childOf, formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';

/** Of the instrumentation scope. */
const SCOPE = '@minos/messaging';

/**
 * A consumer span for each try; what the handler sends carries its `traceparent`. Without the OpenTelemetry API, or with no SDK behind it, a trace that
 * came with the message goes on with a new span id; none begins.
 */
export class TracingMiddleware implements MessageMiddleware {
  private readonly telemetry: Telemetry | undefined;
  private readonly tracer: Tracer | undefined;

  constructor(load: () => Telemetry | undefined = loadTelemetry) {
    this.telemetry = load();
    this.tracer = this.telemetry?.trace.getTracer(SCOPE);
  }

  handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const came = parseTraceparent(currentContext().traceparent);
    const { telemetry, tracer } = this;
    if (telemetry === undefined || tracer === undefined) return goOn(came, next);
    const parent = parentContext(telemetry, came);
    const span = tracer.startSpan(spanName(call), { kind: telemetry.SpanKind.CONSUMER, attributes: attributesOf(call) }, parent);
    const own = span.spanContext();
    // With no SDK behind it the API answers with the parent itself, or with nothing.
    if (!telemetry.trace.isSpanContextValid(own) || own.spanId === came?.spanId) return goOn(came, next);
    const trace = { traceId: own.traceId, spanId: own.spanId, flags: own.traceFlags };
    const work = (): Promise<unknown> => inTrace(trace, next);
    return measured(telemetry, span, () => telemetry.context.with(telemetry.trace.setSpan(parent, span), work));
  }
}

/** Nobody records the span, but its id is told apart. */
function goOn(came: TraceParent | undefined, next: () => Promise<unknown>): Promise<unknown> {
  return came === undefined ? next() : inTrace(childOf(came), next);
}

function inTrace<T>(trace: TraceParent, work: () => T): T {
  return runInContext({ traceparent: formatTraceparent(trace) }, work);
}

function parentContext({ trace, ROOT_CONTEXT }: Telemetry, came: TraceParent | undefined): Context {
  if (came === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = came;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

async function measured({ SpanStatusCode }: Telemetry, span: Span, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (isRejection(error)) span.setAttribute('minos.rejection', error.code);
    else {
      span.setAttribute('error.type', errorType(error));
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    throw error;
  } finally {
    span.end();
  }
}

function errorType(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; name?: unknown };
  return [code, name].find((text) => typeof text === 'string' && text !== '')?.toString() ?? '_OTHER';
}

function spanName({ context }: HandlerCall): string {
  return `process ${context.stored.channel}`;
}

/** By the semantic conventions for messaging spans; `minos.*` are ours. */
function attributesOf({ kind, name, consumer, context, handler }: HandlerCall): Attributes {
  const { stored, envelope, attempt } = context;
  return {
    'messaging.system': 'minos',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': stored.channel,
    'messaging.destination.partition.id': String(stored.partition),
    'messaging.consumer.group.name': consumer,
    'messaging.message.id': envelope.id,
    'messaging.message.conversation_id': envelope.correlationid ?? envelope.id,
    'minos.message.kind': kind,
    'minos.message.name': name,
    'minos.handler': `${handler.type.name}.${handler.method}`,
    'minos.attempt': attempt,
  };
}
