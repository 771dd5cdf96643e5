import { Module } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { AuthServerProbe } from '../health/auth-server.probe.js';
import { Callers } from '../http/callers.js';
import { ClientAddresses } from '../http/client-addresses.js';
import { KeySetController } from '../http/key-set.controller.js';
import { MessageKeysController } from '../http/message-keys.controller.js';
import { RevocationsController } from '../http/revocations.controller.js';
import { ServiceCallers } from '../http/service-callers.js';
import { ServiceKeysController } from '../http/service-keys.controller.js';
import { RevocationFeed } from '../revocations/revocation-feed.js';
import { SigningKeys } from '../keys/signing-keys.js';
import { AuthStatistics } from '../statistics/auth-statistics.js';
import { ConfigurableModuleClass } from './auth-server.module-definition.js';
import { AUTH_SERVER_PROVIDER } from './auth-server.provider.js';
import { AuthServerRunner } from './auth-server.runner.js';
import { AUTH_STORAGE_PROVIDER } from './auth-storage.provider.js';
import { AUTH_STORAGE } from './tokens.js';

/**
 * The auth server in an application that has a database (`MinosModule`, or `PostgresModule`): its parts to inject, the routes that other services of Minos speak with it, its probe,
 * and its figures for `@minos/health`. The routes for people are the application's own.
 */
@Module({
  controllers: [KeySetController, RevocationsController, ServiceKeysController, MessageKeysController],
  providers: [
    AUTH_STORAGE_PROVIDER,
    AUTH_SERVER_PROVIDER,
    { provide: SigningKeys, useFactory: (server: AuthServer) => server.keys, inject: [AuthServer] },
    { provide: RevocationFeed, useFactory: (server: AuthServer) => server.feed, inject: [AuthServer] },
    { provide: AuthStatistics, useFactory: (server: AuthServer) => server.statistics, inject: [AuthServer] },
    Callers,
    ClientAddresses,
    ServiceCallers,
    AuthServerProbe,
    AuthServerRunner,
  ],
  exports: [AuthServer, Callers, ClientAddresses, ServiceCallers, AUTH_STORAGE],
})
export class AuthServerModule extends ConfigurableModuleClass {}
