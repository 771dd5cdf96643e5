import { Public, Unlisted } from '@minos/common';
import { Body, Controller, Post, Req, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import type { RegisteredKey } from '../services/service-keys.js';
import type { AnyRequest } from './http-parts.js';
import { onlyFields } from './only-fields.js';
import { ServiceCallers } from './service-callers.js';
import { UnrememberedGuard } from './unremembered.guard.js';

// Services prove their name by HTTP Basic.
@Public()
@Unlisted()
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
    const { jwk, ttl } = onlyFields(body, ['jwk', 'ttl']);
    return this.server.serviceKeys.register(service, { jwk, ttl });
  }
}
