import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceProcess } from '../testing/service-process.js';

export const APPS = ['order', 'product', 'payment'] as const;
export type App = (typeof APPS)[number];
export type Shop = Record<App, ServiceProcess>;

const LOOK_MS = 250;

/** What goes wrong, and what can be done about it. */
export interface Ground {
  readonly shop: Shop;
  /** Starts a service anew at the address that it had. */
  readonly restart: (app: App) => Promise<void>;
  /** How many orders have not come to their end. */
  readonly open: () => Promise<number>;
}

/** Lets something go wrong while orders are open; resolves with how often it did. */
export type Disturbance = (ground: Ground) => Promise<number>;

/** Ends a random process every now and then, which starts again, for as long as an order is open. */
export function kills(count: number, everyMs: number): Disturbance {
  return async ({ shop, restart, open }) => {
    let done = 0;
    for (; done < count && (await open()) > 0; done += 1) {
      await pause(everyMs);
      const app = APPS[Math.floor(Math.random() * APPS.length)] as App;
      await shop[app].kill('SIGKILL');
      await restart(app);
    }
    return done;
  };
}

/** Lets a process stand still for so long, in the middle of what it does, once some orders have come to their end. */
export function pauses(app: App, forMs: number, endedFirst: number, of: number): Disturbance {
  return async ({ shop, open }) => {
    while ((await open()) > of - endedFirst) await pause(LOOK_MS);
    process.kill(shop[app].pid, 'SIGSTOP');
    await pause(forMs);
    process.kill(shop[app].pid, 'SIGCONT');
    return 1;
  };
}
