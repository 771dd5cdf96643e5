import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';

/** The life of the server in an application: its keys before the first request, the end of its streams before connections are waited for. */
@Injectable()
export class AuthServerRunner implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  constructor(private readonly server: AuthServer) {}

  onApplicationBootstrap(): Promise<void> {
    return this.server.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.server.leave();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.server.stop();
  }
}
