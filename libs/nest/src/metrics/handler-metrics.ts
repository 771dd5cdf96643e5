import type { Metrics } from '@minos/health';
import type { HandlerRun, MessageMetrics, MessageOutcome } from '@minos/messaging/contracts';

/** Handlers of messages among the metrics of the service. */
export class HandlerMetrics implements MessageMetrics {
  private readonly durations: ReturnType<typeof durationsIn>;
  private readonly ended = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();

  constructor(metrics: Metrics) {
    this.durations = durationsIn(metrics);
    metrics.readings(
      {
        name: 'minos_messages_total',
        help: 'Messages that ended, by what became of them',
        kind: 'counter',
        labels: ['consumer', 'message', 'outcome'],
      },
      () => [...this.ended.values()],
    );
  }

  handlerRan({ kind, name, consumer, outcome }: HandlerRun, seconds: number): void {
    this.durations.observe({ kind, message: name, consumer, outcome }, seconds);
  }

  messageEnded({ consumer, name, outcome }: { readonly consumer: string; readonly name: string; readonly outcome: MessageOutcome }): void {
    const key = `${consumer} ${name} ${outcome}`;
    const known = this.ended.get(key);
    if (known === undefined) this.ended.set(key, { labels: { consumer, message: name, outcome }, value: 1 });
    else known.value += 1;
  }
}

function durationsIn(metrics: Metrics) {
  return metrics.histogram('minos_handler_duration_seconds', 'Time that one try of a message handler takes', [
    'kind',
    'message',
    'consumer',
    'outcome',
  ]);
}
