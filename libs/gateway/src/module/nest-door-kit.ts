import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, type DynamicModule, Get, type INestApplication, Module } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { TestDirectory, testPorts } from '../front-door/front-door-kit.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';
import { GatewayModule } from './gateway.module.js';

/** Makes an adapter: specs name the packages, which the library does not need. */
export type MakeAdapter = () => AbstractHttpAdapter;

@Controller('health')
class OwnController {
  @Get('live')
  live(): object {
    return { own: true };
  }
}

/** A gateway as an application has it: Nest around it, on either adapter. */
export class NestDoor {
  private constructor(
    readonly app: INestApplication,
    readonly directory: TestDirectory,
  ) {}

  static async start(makeAdapter: MakeAdapter, options: GatewayOptions = {}, beside: readonly DynamicModule[] = []): Promise<NestDoor> {
    const directory = new TestDirectory();
    const { verifier, minter } = testPorts(directory);
    const given: GatewayOptions = { directory, accessLog: false, ...(verifier && { verifier }), ...(minter && { minter }), ...options };

    @Module({ imports: [GatewayModule.forRoot(given), ...beside], controllers: [OwnController] })
    class DoorModule {}

    const app = await NestFactory.create(DoorModule, makeAdapter(), { logger: ['error'] });
    await app.listen(0, '127.0.0.1');
    return new NestDoor(app, directory);
  }

  get port(): number {
    return ((this.app.getHttpServer() as Server).address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
