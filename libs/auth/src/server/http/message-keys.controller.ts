import { Public, Unlisted } from '@minos/common';
import { Body, Controller, Header, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { onlyFields } from './only-fields.js';
import type { AnyRequest } from './http-parts.js';
import { ServiceCallers } from './service-callers.js';
import { UnrememberedGuard } from './unremembered.guard.js';

// Services prove their name by HTTP Basic.
@Public()
@Unlisted()
@Controller('auth/message-keys')
export class MessageKeysController {
  constructor(
    private readonly server: AuthServer,
    private readonly services: ServiceCallers,
  ) {}

  /** Registers the key that a process of a service signs its messages with. */
  @Post()
  @UseGuards(UnrememberedGuard)
  async register(@Req() request: AnyRequest, @Body() body: unknown): Promise<{ readonly kid: string }> {
    const service = await this.services.require(request);
    return this.server.messageKeys.register(service, onlyFields(body, ['jwk'])['jwk']);
  }

  /** Keys of messages, and whose they are, of up to 1,000 ids; those that nobody has registered are left out. */
  @Post('find')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @UseGuards(UnrememberedGuard)
  async find(@Req() request: AnyRequest, @Body() body: unknown): Promise<unknown> {
    await this.services.require(request);
    const keys = await this.server.messageKeys.find(onlyFields(body, ['kids'])['kids']);
    return { keys: keys.map(({ kid, service, publicJwk: jwk }) => ({ kid, service, jwk })) };
  }
}
