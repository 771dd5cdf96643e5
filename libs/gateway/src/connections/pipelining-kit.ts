import { connect, type Socket } from 'node:net';
import { until } from '@minos/common/testing';
import { FrontDoor } from '../front-door/front-door.js';
import { type Handler, ROUTES, TestService } from '../front-door/front-door-kit.js';
import type { MadeFrontDoor } from '../front-door/make-front-door.js';
import { type MakeAdapter, NestDoor } from '../module/nest-door-kit.js';
import { GATEWAY_PARTS } from '../module/tokens.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';

/** A gateway and one service, with a look at what both hold. */
export class HeldDoor {
  private constructor(
    readonly door: NestDoor,
    readonly service: TestService,
  ) {}

  static async start(makeAdapter: MakeAdapter, handler: Handler, options: GatewayOptions = {}): Promise<HeldDoor> {
    const service = await TestService.start('shop', handler);
    const door = await NestDoor.start(makeAdapter, options);
    door.directory.set([
      service.entry([
        { method: '*', path: '/open/{rest...}', access: ROUTES.public },
        { method: '*', path: '/mine', access: ROUTES.authenticated },
      ]),
    ]);
    return new HeldDoor(door, service);
  }

  get port(): number {
    return this.door.port;
  }

  get url(): string {
    return this.door.url;
  }

  /** Requests that are not over. */
  get running(): number {
    return this.door.app.get(FrontDoor).running;
  }

  /** Requests that count as pending at the instance. */
  get pending(): number {
    const { picker } = this.door.app.get<MadeFrontDoor>(GATEWAY_PARTS);
    return picker.standings().reduce((sum, { pending }) => sum + pending, 0);
  }

  /** Sends bytes, waits for `heard`, and resets the connection. */
  async sendAndReset(bytes: string, heard: () => boolean): Promise<void> {
    const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => undefined);
    await until(heard, 'the requests to be there');
    await this.reset(socket);
  }

  /** All that runs is over. */
  async empty(): Promise<void> {
    await until(() => this.running === 0 && this.pending === 0, 'all to be over');
  }

  async stop(): Promise<void> {
    await this.door.stop();
    await this.service.stop();
  }

  private async reset(socket: Socket): Promise<void> {
    const door = this.door.app.get(FrontDoor);
    const open = door.connections;
    socket.resetAndDestroy();
    await until(() => door.connections < open, 'the connection to be gone');
  }
}
