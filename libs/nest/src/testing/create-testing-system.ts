import { MemoryLog } from '@minos/messaging';
import { settled, type SettledOptions } from '@minos/messaging/testing';
import type { DynamicModule, Type } from '@nestjs/common';
import { createTestingApp, type TestingApp, type TestingAppOptions } from './create-testing-app.js';
import { workPlacesOf } from './work-places.js';

/** Applications that talk to each other, by the names that the test gives them. */
export interface TestingSystem<N extends string> {
  readonly apps: Readonly<Record<N, TestingApp>>;
  /** Resolves when nothing is under way in any of them; what one has sent another counts. Rejects after the timeout with what is. */
  settled(options?: SettledOptions): Promise<void>;
  close(): Promise<void>;
}

/** For all of them; storage, address and HTTP adapter are each one's own. */
export type TestingSystemOptions = Omit<TestingAppOptions, 'storage' | 'database' | 'adapter'>;

/**
 * Starts several applications on one broker in memory, each with storage of its own as {@link createTestingApp} gives it. Where one does not start, those that
 * have are closed again.
 */
export async function createTestingSystem<N extends string>(
  modules: Readonly<Record<N, Type | DynamicModule>>,
  options: TestingSystemOptions = {},
): Promise<TestingSystem<N>> {
  const log = new MemoryLog();
  const started: [N, TestingApp][] = [];
  const close = async (): Promise<void> => void (await Promise.all(started.map(([, app]) => app.close())));
  try {
    for (const [name, module] of Object.entries(modules) as [N, Type | DynamicModule][]) {
      started.push([
        name,
        await createTestingApp(module, { ...options, messaging: { ...options.messaging, broker: { kind: 'memory', log } } }),
      ]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const places = started.flatMap(([, { app }]) => workPlacesOf(app));
  return {
    apps: Object.fromEntries(started) as Record<N, TestingApp>,
    settled: (given) => settled(places, given),
    close,
  };
}
