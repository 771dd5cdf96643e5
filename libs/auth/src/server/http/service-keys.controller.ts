import { Body, Controller, Post, Req, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { ServiceKeyRefusedError } from '../services/service.errors.js';
import type { RegisteredKey } from '../services/service-keys.js';
import type { AnyRequest } from './http-parts.js';
import { ServiceCallers } from './service-callers.js';
import { UnrememberedGuard } from './unremembered.guard.js';

const FIELDS = ['jwk', 'ttl'];

@Controller('auth')
export class ServiceKeysController {
  constructor(
    private readonly server: AuthServer,
    private readonly services: ServiceCallers,
  ) {}

  /** Registers or prolongs the key of a service that makes tokens for others. */
  @Post('service-keys')
  @UseGuards(UnrememberedGuard)
  async register(@Req() request: AnyRequest, @Body() body: unknown): Promise<RegisteredKey> {
    const service = await this.services.require(request);
    const given = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
    const other = Object.keys(given).find((name) => !FIELDS.includes(name));
    if (other !== undefined) throw new ServiceKeyRefusedError(other, 'is no field of this request');
    return this.server.serviceKeys.register(service, { jwk: given['jwk'], ttl: given['ttl'] });
  }
}
