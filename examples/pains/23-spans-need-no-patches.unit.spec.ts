import { until } from '@minos/common/testing';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Span, SpanKind, type SpanOptions, trace, type TracerProvider } from '@opentelemetry/api';
import { emitPlain, InProcessCluster } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

const ORDER = [{ key: '1', value: { orderId: '1' } }];

/** What an SDK is to the API: notes the spans that were begun. */
class NotingProvider implements TracerProvider {
  readonly spans: { readonly name: string; readonly kind?: SpanKind }[] = [];

  getTracer() {
    const startSpan = (name: string, { kind }: SpanOptions = {}): Span => {
      this.spans.push({ name, ...(kind !== undefined && { kind }) });
      return trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    };
    return { startSpan, startActiveSpan: () => undefined as never };
  }
}

describe('an SDK of OpenTelemetry that starts after Nest and the driver were loaded', () => {
  const provider = new NotingProvider();
  beforeEach(() => {
    provider.spans.length = 0;
    trace.setGlobalTracerProvider(provider);
  });
  afterEach(() => trace.disable());

  const scenario = () => {
    const seen: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern('order.placed')
      placed({ orderId }: { orderId: string }): void {
        seen.push(orderId);
      }
    }
    return { seen, parts: { controllers: [Mailer] } };
  };

  it('plain Nest: sees nothing of messages, which are traced only where patches came first', async () => {
    const cluster = new InProcessCluster();
    const { seen, parts } = scenario();
    await plainNest(parts, [cluster.server('mail')]);
    await emitPlain(cluster, 'order.placed', ORDER);
    await until(() => seen.length === 1, 'the handler');
    expect(provider.spans).toEqual([]);
  });

  it('Minos: sees a span for every try of a handler', async () => {
    const { seen, parts } = scenario();
    const app = await minos('order', parts);
    await emitMinos(app, 'order.placed', ORDER);
    await until(() => seen.length === 1, 'the handler');
    expect(provider.spans).toContainEqual({ name: 'process order.events', kind: SpanKind.CONSUMER });
  });
});
