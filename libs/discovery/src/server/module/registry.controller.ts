import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  Res,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import type { DirectorySnapshot, OwnedRoute, RegistrationAnswer } from '../../contracts/index.js';
import { Registry } from '../registry/registry.js';
import { Caller, ServiceCredentialGuard } from './credential.guard.js';
import { Watchers } from './watchers.js';

/** The registry over HTTP; every request carries the credential of a service. */
@Controller({ path: 'registry', version: VERSION_NEUTRAL })
@UseGuards(ServiceCredentialGuard)
export class RegistryController {
  constructor(
    private readonly registry: Registry,
    private readonly watchers: Watchers,
  ) {}

  @Put('instances/:service/:instance')
  register(
    @Caller() caller: string,
    @Param('service') service: string,
    @Param('instance') instance: string,
    @Body() body: unknown,
  ): Promise<RegistrationAnswer> {
    return this.registry.register(caller, { service, instance }, body);
  }

  @Post('instances/:service/:instance/heartbeat')
  @HttpCode(204)
  heartbeat(
    @Caller() caller: string,
    @Param('service') service: string,
    @Param('instance') instance: string,
    @Body() body: { readonly epoch?: unknown } | undefined,
  ): Promise<void> {
    return this.registry.heartbeat(caller, { service, instance }, body?.epoch);
  }

  @Delete('instances/:service/:instance')
  @HttpCode(204)
  deregister(
    @Caller() caller: string,
    @Param('service') service: string,
    @Param('instance') instance: string,
    @Query('epoch') epoch: unknown,
  ): Promise<void> {
    return this.registry.deregister(
      caller,
      { service, instance },
      typeof epoch === 'string' && /^\d+$/.test(epoch) ? Number(epoch) : undefined,
    );
  }

  @Get('instances')
  lookUp(@Query('service') service: unknown): DirectorySnapshot {
    return this.registry.lookUp(typeof service === 'string' ? service : undefined);
  }

  @Get('watch')
  watch(@Headers('last-event-id') lastEventId: string | undefined, @Res() response: object): void {
    this.watchers.watch(response, lastEventId);
  }

  @Get('routes')
  async routes(): Promise<{ readonly items: readonly OwnedRoute[] }> {
    return { items: await this.registry.routes() };
  }

  @Delete('routes')
  @HttpCode(204)
  async freeRoute(@Caller() caller: string, @Query('method') method: unknown, @Query('path') path: unknown): Promise<void> {
    if (!(await this.registry.freeRoute(caller, String(method), String(path)))) throw new NotFoundException('Nobody owns this route.');
  }
}
