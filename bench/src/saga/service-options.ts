import type { MinosOptions } from '@minos/nest';
import type { BrokerPlace } from '../messaging/places.js';

/** Where one service of the bench is. */
export interface ServicePlace {
  /** Of its database. */
  readonly url: string;
  readonly broker: BrokerPlace;
  /** Put before the names of channels: other runs may use the same cluster. */
  readonly namespace: string;
}

/** A service with the defaults of every option. */
export function serviceOptions(service: string, { url, broker, namespace }: ServicePlace): MinosOptions {
  const chosen =
    broker.kind === 'kafka'
      ? { kind: 'kafka' as const, kafka: { brokers: [...broker.brokers] }, namespace }
      : { kind: 'postgres' as const, url: broker.url, namespace };
  return { service, database: { url }, messaging: { broker: chosen } };
}

/** What has no part in what is measured. */
export const FEATURES = { http: false, health: false, metrics: false } as const;
