import type { Server } from 'node:http';
import { EVENT_FEED, EVENT_STORE, type EventFeed, type EventStore } from '@minos/event-sourcing';
import { settled, type SettledOptions } from '@minos/messaging/testing';
import type { DynamicModule, INestApplication, LoggerService, LogLevel, Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { MinosOptions } from '../options/minos-options.js';
import { OPTION_OVERRIDES } from '../tokens.js';
import { TestingHttp } from './testing-http.js';
import { workPlacesOf } from './work-places.js';

/** What differs from the application's own options; the rest stays as its modules say. Without a broker here it is memory, whatever the environment says. */
export interface TestingAppOptions extends Partial<Omit<MinosOptions, 'service'>> {
  /** Replaces providers before the application is made. @default nothing */
  readonly override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** @default false, so that tests are quiet */
  readonly logger?: LoggerService | LogLevel[] | false;
  /** @default Express */
  readonly adapter?: AbstractHttpAdapter;
}

/** An application that listens on a port of its own, until `close()`. */
export interface TestingApp {
  readonly app: INestApplication;
  readonly http: TestingHttp;
  readonly events: EventStore;
  readonly feed: EventFeed;
  /** A provider of any module of the application. */
  get<T>(token: Type<T> | symbol | string): T;
  /** Resolves when nothing is under way any more: events that wait for a subscription, messages to publish or to handle, requests. Rejects after the timeout. */
  settled(options?: SettledOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an application as it is, but for its storage, which is memory unless the options say otherwise. Everything else is real: HTTP, validation,
 * the unit of work. Needs no test runner. Call `close()` when the tests are over.
 */
export async function createTestingApp(module: Type | DynamicModule, options: TestingAppOptions = {}): Promise<TestingApp> {
  const { override = (builder: TestingModuleBuilder) => builder, logger = false, adapter, ...overrides } = options;
  const builder = Test.createTestingModule({ imports: [module] })
    .overrideProvider(OPTION_OVERRIDES)
    .useValue({ storage: 'memory', ...overrides, messaging: { broker: { kind: 'memory' }, ...overrides.messaging } });
  // Silent from the first line on, unless the test wants to see something.
  const compiled = await override(builder)
    .setLogger(logger === false || Array.isArray(logger) ? SILENT : logger)
    .compile();
  const app = adapter === undefined ? compiled.createNestApplication({ logger }) : compiled.createNestApplication(adapter, { logger });
  await listen(app);
  keepIdleConnections(app);
  const places = workPlacesOf(app);
  return {
    app,
    http: new TestingHttp(await app.getUrl()),
    events: app.get<EventStore>(EVENT_STORE, { strict: false }),
    feed: app.get<EventFeed>(EVENT_FEED, { strict: false }),
    get: (token) => app.get(token, { strict: false }),
    settled: (given) => settled(places, given),
    close: () => app.close(),
  };
}

/** What has opened before something refused the start would stay open for ever. */
async function listen(app: INestApplication): Promise<void> {
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Client and server are one process here. When that had no time for longer than connections may be idle, the server would close one in the moment in which the client uses it,
 * and no client could know that. So only the client closes them.
 */
function keepIdleConnections(app: INestApplication): void {
  const server = app.getHttpServer() as Server;
  server.keepAliveTimeout = 0;
}

const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };
