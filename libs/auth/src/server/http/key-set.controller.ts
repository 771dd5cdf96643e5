import { Public } from '@minos/common';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import { SharedRead } from '../../keys/shared-read.js';
import { AuthServer } from '../auth-server.js';
import { keySetDocument, publishedKeys } from '../keys/key-set.js';
import type { AnyResponse } from './http-parts.js';

/** Far shorter than a key is published before it signs; one that is not known is fetched before that. */
const CACHE_SECONDS = 60;

@Public()
@Controller('.well-known')
export class KeySetController {
  private readonly reads: SharedRead<ReturnType<typeof keySetDocument>>;

  constructor(server: AuthServer) {
    const read = async () => keySetDocument(publishedKeys(await server.keys.published(), server.options.issuer));
    this.reads = new SharedRead(read, { clock: server.parts.clock, pauseMs: 0 });
  }

  /** The public keys that tokens are verified with. */
  @Get('jwks.json')
  async get(@Headers('if-none-match') known: string | undefined, @Res({ passthrough: true }) response: AnyResponse): Promise<unknown> {
    const { body, etag } = await this.reads.next();
    response.header('Cache-Control', `public, max-age=${CACHE_SECONDS}`);
    response.header('ETag', etag);
    if (known !== etag) return body;
    response.status(304);
    return undefined;
  }
}
