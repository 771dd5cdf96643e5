import { DATABASE, type Database } from '@minos/postgres';
import { EVENT_FEED, type EventFeed } from '@minos/event-sourcing';
import { Metrics } from '@minos/health';
import { Inject, Injectable, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import type { ServiceStorage } from '../composition/service-storage.js';
import { durableNameOf, type FoundHandler, HandlerExplorer } from '@minos/messaging/module';
import { SERVICE_STORAGE } from '../tokens.js';

type Execute = (...args: unknown[]) => unknown;

/** What the libraries of a service have to count, under stable names. */
@Injectable()
export class ServiceMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    private readonly explorer: HandlerExplorer,
    @Inject(SERVICE_STORAGE) private readonly storage: ServiceStorage,
    @Inject(EVENT_FEED) private readonly feed: EventFeed,
    @Optional() @Inject(DATABASE) private readonly database: Database | undefined,
  ) {}

  onApplicationBootstrap(): void {
    this.countFeed();
    this.countPool();
    this.countCommits();
    this.timeCommands();
  }

  private countFeed(): void {
    this.metrics.gauge(
      'minos_feed_horizon_age_seconds',
      'How long the oldest unsettled position of the event feed has been waited for',
      async () => (await this.feed.horizon()).ageSeconds,
    );
  }

  private countPool(): void {
    const { database } = this;
    if (!database) return;
    this.metrics.gauge('minos_pool_connections', 'Open connections to the database', () => database.statistics().total);
    this.metrics.gauge('minos_pool_connections_idle', 'Open connections that are not in use', () => database.statistics().idle);
    this.metrics.gauge('minos_pool_waiting', 'Calls that wait for a connection', () => database.statistics().waiting);
    this.metrics.gauge('minos_pool_connections_max', 'Connections at the most', () => database.statistics().max);
  }

  private countCommits(): void {
    const { statistics } = this.storage;
    if (!statistics) return;
    this.metrics.gauge('minos_commit_queue_units', 'Units of work that wait for a commit', () => statistics().queued);
    this.metrics.gauge('minos_commit_batches', 'Batches committed since the start', () => statistics().batches);
    this.metrics.gauge('minos_commit_units', 'Units of work committed since the start', () => statistics().units);
  }

  /** Handlers of @nestjs/cqrs are called on their instance, so the measuring stands before the method there. */
  private timeCommands(): void {
    const durations = this.metrics.histogram('minos_command_duration_seconds', 'Time that command handlers take', ['command', 'outcome']);
    for (const found of this.explorer.explore()) {
      if (found.kind === 'command') time(found, (outcome, seconds) => durations.observe({ command: labelOf(found), outcome }, seconds));
    }
  }
}

function labelOf({ messages, handler }: FoundHandler): string {
  const [message] = messages;
  return message === undefined ? handler : (durableNameOf(message) ?? message.name);
}

function time({ instance }: FoundHandler, observe: (outcome: 'ok' | 'error', seconds: number) => void): void {
  const target = (instance ?? {}) as { execute?: Execute };
  const execute = target.execute;
  if (typeof execute !== 'function') return;
  target.execute = async (...args) => {
    const begun = performance.now();
    const since = (): number => (performance.now() - begun) / 1000;
    try {
      const result = await execute.apply(instance, args);
      observe('ok', since());
      return result;
    } catch (error) {
      observe('error', since());
      throw error;
    }
  };
}
