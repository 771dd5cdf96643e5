import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanStatus,
  trace,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';

export interface RecordedSpan {
  readonly name: string;
  readonly kind: number | undefined;
  readonly attributes: Attributes;
  readonly parent: SpanContext | undefined;
  readonly context: SpanContext;
  status: SpanStatus | undefined;
  exceptions: unknown[];
  ended: boolean;
}

/** What an SDK is to the OpenTelemetry API, as far as spans of ours need it. */
export class RecordingProvider implements TracerProvider {
  readonly spans: RecordedSpan[] = [];

  getTracer(): Tracer {
    const startSpan: Tracer['startSpan'] = (name, options = {}, context) => this.start(name, options, context);
    return { startSpan, startActiveSpan: () => undefined as never };
  }

  private start(name: string, options: { kind?: number; attributes?: Attributes }, context: Context | undefined): Span {
    const parent = context && trace.getSpanContext(context);
    const spanId = String(this.spans.length + 1).padStart(16, '0');
    const own: SpanContext = { traceId: parent?.traceId ?? 'a'.repeat(32), spanId, traceFlags: 1 };
    const attributes = { ...options.attributes };
    const span: RecordedSpan = {
      name,
      kind: options.kind,
      attributes,
      parent,
      context: own,
      status: undefined,
      exceptions: [],
      ended: false,
    };
    this.spans.push(span);
    const face = {
      spanContext: () => own,
      isRecording: () => !span.ended,
      setAttribute: (key: string, value: string) => ((attributes[key] = value), face),
      setStatus: (status: SpanStatus) => ((span.status = status), face),
      recordException: (error: unknown) => void span.exceptions.push(error),
      end: () => void (span.ended = true),
    };
    return face as unknown as Span;
  }
}
