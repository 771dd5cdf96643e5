import { until } from '@minos/common/testing';
import { ROUTES, TestDoor, TestService } from '../front-door/front-door-kit.js';
import { askHonestly, type HonestRequests, SlowLoris } from './slow-loris-kit.js';

export interface Siege {
  /** Connections that send byte by byte. */
  readonly sockets: number;
  /** How long the gateway lets them, in milliseconds. */
  readonly headMs: number;
  /** When it is over at the latest, whatever became of them, in milliseconds. */
  readonly withinMs: number;
}

export interface SiegeOutcome {
  readonly honest: HonestRequests;
  readonly cut: number;
  /** Of the slow ones that were told why. */
  readonly answered: number;
  /** Of this process, which holds both ends of each connection, in bytes. */
  readonly memory: number;
  /** Open at the gateway when it was over. */
  readonly left: number;
}

/** Besieges a gateway until it has cut all of them, or the time is over, with honest requests all the while. */
export async function besiege({ sockets, headMs, withinMs }: Siege): Promise<SiegeOutcome> {
  const service = await TestService.start('shop');
  const door = await TestDoor.start({ times: { head: headMs } });
  door.directory.set([service.entry([{ method: '*', path: '/open/{rest...}', access: ROUTES.public }])]);
  const loris = new SlowLoris(door.port);
  const before = process.memoryUsage.rss();
  let memory = 0;
  let over = false;
  try {
    // Its connection is there before: one that is opened while this process stands still for longer than `headMs` is cut as well.
    await until(async () => (await fetch(`${door.url}/open/a`)).status === 200, 'the honest one to be let in');
    const honest = askHonestly(`${door.url}/open/a`, () => {
      memory = Math.max(memory, process.memoryUsage.rss() - before);
      return !over;
    });
    await loris.open(sockets);
    await until(() => loris.cut + door.door.connections >= sockets, 'all to be let in');
    await until(() => loris.cut === sockets, 'the slow ones to be cut', withinMs).catch(() => undefined);
    const { cut, answered } = loris;
    const left = door.door.connections;
    over = true;
    return { honest: await honest, cut, answered, memory, left };
  } finally {
    over = true;
    loris.stop();
    await door.stop();
    await service.stop();
  }
}
