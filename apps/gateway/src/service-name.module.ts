import { SERVICE_NAME } from '@minos/common';
import { Global, Module } from '@nestjs/common';

export const GATEWAY = 'gateway';

/** The durable name of this service, which `MinosModule` says in services that have a database. */
@Global()
@Module({ providers: [{ provide: SERVICE_NAME, useValue: GATEWAY }], exports: [SERVICE_NAME] })
export class ServiceNameModule {}
