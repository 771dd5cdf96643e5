import { CLOCK, type Clock, Public, Unlisted } from '@minos/common';
import { EventResponse, rawResponse } from '@minos/common/http';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { AuthServer } from '../auth-server.js';
import { RevocationStream } from '../revocations/revocation-stream.js';
import type { AnyRequest, AnyResponse } from './http-parts.js';
import { ServiceCallers } from './service-callers.js';

// Services prove their name by HTTP Basic.
@Public()
@Unlisted()
@Controller('auth')
export class RevocationsController {
  constructor(
    private readonly server: AuthServer,
    private readonly services: ServiceCallers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What services need to know of tokens that were taken back, as server-sent events for as long as they listen. */
  @Get('revocations')
  async stream(@Req() request: AnyRequest, @Res() response: AnyResponse): Promise<void> {
    await this.services.require(request);
    const sink = new EventResponse(rawResponse(response));
    const { feed, parts } = this.server;
    const last = request.headers['last-event-id'];
    const stream = new RevocationStream({ log: parts.storage.revocations, feed, clock: this.clock }, sink);
    // The answer has begun, so a failure can only end it; the reader comes again with what it saw last.
    await stream.run(typeof last === 'string' ? last : undefined).catch(() => undefined);
    sink.end();
  }
}
