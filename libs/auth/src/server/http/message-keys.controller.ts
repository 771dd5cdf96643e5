import { Public, Unlisted } from '@minos/common';
import { Body, Controller, Get, Header, HttpCode, NotFoundException, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import type { StoredMessageKey } from '../contracts/message-keys.js';
import { onlyFields } from './only-fields.js';
import type { AnyRequest, AnyResponse } from './http-parts.js';
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
    return { keys: keys.map(answerOf) };
  }

  /**
   * One key, for services of an older version, which ask so: without the route they would read its 404 as "no such key", and refuse good messages as forged. 404 where nobody has
   * registered it; one that is there never changes.
   */
  @Get(':kid')
  async findOne(
    @Req() request: AnyRequest,
    @Param('kid') kid: string,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<unknown> {
    await this.services.require(request);
    const key = await this.server.messageKeys.findOne(kid);
    if (key === undefined) throw new NotFoundException('There is no such key.');
    response.header('Cache-Control', 'private, max-age=86400, immutable');
    return answerOf(key);
  }
}

const answerOf = ({ kid, service, publicJwk: jwk }: StoredMessageKey): object => ({ kid, service, jwk });
