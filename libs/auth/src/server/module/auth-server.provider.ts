import { CLOCK, type Clock, SERVICE_NAME } from '@minos/common';
import { type Database, DATABASE } from '@minos/postgres';
import type { FactoryProvider } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { type AuthServerOptions, resolveAuthServerOptions } from '../auth-server.options.js';
import type { AuthStorage } from '../contracts/storage.js';
import { loadArgon2 } from '../passwords/load-argon2.js';
import { AUTH_SERVER_OPTIONS } from './auth-server.module-definition.js';
import { AUTH_STORAGE } from './tokens.js';

type Parts = [storage: AuthStorage, clock: Clock, options: AuthServerOptions, service: string | undefined, database: Database | undefined];

export const AUTH_SERVER_PROVIDER: FactoryProvider<AuthServer> = {
  provide: AuthServer,
  useFactory: (...[storage, clock, options, service = 'auth', database]: Parts) => {
    const parts = { storage, clock, service, argon2: loadArgon2(), inMemory: database === undefined };
    return new AuthServer(parts, resolveAuthServerOptions(options));
  },
  inject: [AUTH_STORAGE, CLOCK, AUTH_SERVER_OPTIONS, { token: SERVICE_NAME, optional: true }, { token: DATABASE, optional: true }],
};
