import { EventSubscriptions } from '@minos/event-sourcing/module';
import { Requests } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { BROKER, Consumers, MESSAGING_STORAGE, type MessagingStorage } from '@minos/messaging/module';
import { MessagingWork, type WorkPlace, type WorkSeen } from '@minos/messaging/testing';
import { SAGA_PARTS, type SagaParts } from '@minos/saga/module';
import type { INestApplication, Type } from '@nestjs/common';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { RESOLVED_OPTIONS } from '../tokens.js';

/** Where in an application something may be under way. */
export function workPlacesOf(app: INestApplication): readonly WorkPlace[] {
  const { service } = app.get<ResolvedMinosOptions>(RESOLVED_OPTIONS, { strict: false });
  const subscriptions = found<EventSubscriptions>(app, EventSubscriptions);
  const storage = found<MessagingStorage>(app, MESSAGING_STORAGE);
  const parts = {
    broker: found<Broker>(app, BROKER),
    outbox: storage?.outbox,
    consumers: found<Consumers>(app, Consumers),
    requests: found<Requests>(app, Requests),
  };
  const { broker, outbox, consumers, requests } = parts;
  const messages =
    broker && outbox && consumers && new MessagingWork(service, { broker, outbox, consumers, ...(requests && { requests }) });
  const sagas = found<SagaParts>(app, SAGA_PARTS);
  return [
    ...(subscriptions ? [new SubscriptionWork(service, subscriptions)] : []),
    ...(sagas ? [new SagaWork(service, sagas)] : []),
    ...(messages ? [messages] : []),
  ];
}

/** Events that subscriptions have not handled yet; one that has failed does not come further by waiting. */
class SubscriptionWork implements WorkPlace {
  constructor(
    private readonly service: string,
    private readonly subscriptions: EventSubscriptions,
  ) {}

  async look(): Promise<WorkSeen> {
    const progress = await this.subscriptions.progress();
    const behind = progress.filter(({ state, lagEvents }) => lagEvents > 0 && state !== 'failed');
    return {
      busy: behind.map(({ name, lagEvents }) => `the subscription ${name} of ${this.service} is ${lagEvents} events behind`),
      mark: JSON.stringify(progress.map(({ name, position }) => [name, position])),
    };
  }
}

/** Instances of sagas that are brought on now: local commands of theirs are no messages. Those that wait for an answer or a time are at rest. */
class SagaWork implements WorkPlace {
  constructor(
    private readonly service: string,
    private readonly sagas: Pick<SagaParts, 'runner' | 'store'>,
  ) {}

  async look(): Promise<WorkSeen> {
    const { inHand } = this.sagas.runner;
    const busy = inHand === 0 ? [] : [`${inHand} sagas of ${this.service} are brought on`];
    return { busy, mark: JSON.stringify(await this.sagas.store.progress()) };
  }
}

/** A part that the features of the application may have left out. */
function found<T>(app: INestApplication, token: Type<T> | symbol): T | undefined {
  try {
    return app.get<T>(token, { strict: false });
  } catch {
    return undefined;
  }
}
