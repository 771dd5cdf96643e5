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
    const { location, sealedFlow } = await this.server.oidc.begin(provider, returnTo);
    response.header('Set-Cookie', this.cookies.keep('flow', sealedFlow));
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
    // In one call: of several calls the adapters make different headers.
    const cookies = [this.cookies.forget('flow')];
    try {
      const outcome = await this.server.oidc.finish({ provider, query, sealedFlow: this.cookies.read(request, 'flow'), address });
      if ('pair' in outcome) return outcome.pair;
      const { location, browserKey } = outcome;
      if (browserKey !== undefined) cookies.push(this.cookies.keep('code', browserKey));
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
    const pair = await this.server.oidcHandover.redeem({ code, browserKey: this.cookies.read(request, 'code'), address });
    response.header('Set-Cookie', this.cookies.forget('code'));
    return pair;
  }
}
