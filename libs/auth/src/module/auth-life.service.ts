import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { AuthParts } from './auth-parts.js';
import { AUTH_PARTS } from './tokens.js';

/** Knows keys and what was taken back before the first request comes, where the auth service is there; goes on until the last one is answered. */
@Injectable()
export class AuthLife implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(AUTH_PARTS) private readonly parts: AuthParts) {}

  async onModuleInit(): Promise<void> {
    if (this.parts.verifier === undefined)
      new Logger('Auth').warn('No authentication: AUTH_URL is not set. Every caller counts as the principal "dev".');
    await this.parts.client?.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.client?.close();
  }
}
