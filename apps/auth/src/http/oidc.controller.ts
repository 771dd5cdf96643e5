import { Public } from '@minos/auth';
import { type AnyRequest, type AnyResponse, AuthServer, ClientAddresses, UnrememberedGuard } from '@minos/auth/server';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiQuery, ApiResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { TokenPairAnswer } from './answers.dto.js';
import { OidcCodeBody } from './credentials.dto.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { OidcCookies } from './oidc-cookies.js';
import { RetryAfterInterceptor } from './retry-after.interceptor.js';

@ApiTags('sessions')
@UseGuards(UnrememberedGuard, JsonBodyGuard)
@UseInterceptors(RetryAfterInterceptor)
@Public()
@Controller('auth/oidc')
export class OidcController {
  private readonly cookies: OidcCookies;

  constructor(
    private readonly server: AuthServer,
    private readonly addresses: ClientAddresses,
  ) {
    this.cookies = new OidcCookies(server.options.oidc.publicUrl);
  }

  /** Sends the browser to the provider to sign in. */
  @Get(':provider/login')
  @ApiQuery({ name: 'returnTo', required: false, description: 'The page to go to in the end, one of those that are configured.' })
  @ApiFoundResponse()
  async login(
    @Req() request: AnyRequest,
    @Param('provider') provider: string,
    @Query('returnTo') returnTo: unknown,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<void> {
    await this.server.throttle.take('logins', await this.addresses.of(request));
    const { location, state, sealedFlow } = await this.server.oidc.begin(provider, returnTo);
    const flow = this.cookies.of('flow', state);
    response.header('Set-Cookie', [...flow.makeRoom(request), flow.keep(sealedFlow)]);
    response.header('Location', location);
    response.status(302);
  }

  /**
   * Where the provider sends the browser back to. Opens a session, for the account that belongs to the provider's subject; or goes on to the page that was asked for, with a
   * code for it.
   */
  @Get(':provider/callback')
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiResponse({ status: 303, description: 'To the page, with `code`, or with `error`.' })
  @ApiUnauthorizedResponse()
  async callback(
    @Req() request: AnyRequest,
    @Param('provider') provider: string,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<TokenPairAnswer | undefined> {
    const address = await this.addresses.of(request);
    await this.server.throttle.take('logins', address);
    const { state } = query;
    const flow = this.cookies.of('flow', typeof state === 'string' ? state : '');
    // In one call: of several calls the adapters make different headers.
    const cookies = [flow.forget()];
    try {
      const outcome = await this.server.oidc.finish({ provider, query, sealedFlow: flow.read(request), address });
      if ('pair' in outcome) return outcome.pair;
      const { location, issued } = outcome;
      if (issued !== undefined) {
        const key = this.cookies.of('code', issued.code);
        cookies.push(...key.makeRoom(request), key.keep(issued.browserKey));
      }
      response.header('Location', location);
      response.status(303);
      return undefined;
    } finally {
      response.header('Set-Cookie', cookies);
    }
  }

  /** What a page gets for the code in its address: once, within a minute, in the browser that signed in. Opens the session. */
  @Post('exchange')
  @HttpCode(200)
  @ApiOkResponse({ type: TokenPairAnswer })
  @ApiUnauthorizedResponse()
  async exchange(
    @Req() request: AnyRequest,
    @Body() { code }: OidcCodeBody,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<TokenPairAnswer> {
    const address = await this.addresses.of(request);
    await this.server.throttle.take('logins', address);
    const key = this.cookies.of('code', code);
    const pair = await this.server.oidcHandover.redeem({ code, browserKey: key.read(request), address });
    response.header('Set-Cookie', key.forget());
    return pair;
  }
}
