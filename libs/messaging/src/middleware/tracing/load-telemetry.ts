/** What of the OpenTelemetry API is used. */
export type Telemetry = Pick<typeof import('@opentelemetry/api'), 'context' | 'trace' | 'ROOT_CONTEXT' | 'SpanKind' | 'SpanStatusCode'>;

/** The OpenTelemetry API where it is installed: an optional peer, loaded when it is needed. */
export function loadTelemetry(): Telemetry | undefined {
  try {
    return require('@opentelemetry/api') as Telemetry;
  } catch {
    return undefined;
  }
}
