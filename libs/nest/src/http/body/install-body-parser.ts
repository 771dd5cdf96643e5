import type { AbstractHttpAdapter } from '@nestjs/core';
import { expressJsonParser } from './express-json-parser.js';
import { isJsonType, refuseUnreadable } from './json-content.js';
import { parseBody } from './parse-body.js';

interface FastifyRequestLike {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

interface FastifyLike {
  removeContentTypeParser?(types: readonly string[]): void;
  addContentTypeParser(
    type: RegExp | string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (request: FastifyRequestLike, body: Buffer, done: (error: unknown, body?: unknown) => void) => void,
  ): void;
}

const ANY_JSON = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i;

/** Puts the codec's parser in the place of the adapter's own. Must run before `app.init()`; other adapters keep theirs. */
export function installBodyParser(adapter: AbstractHttpAdapter, limit: number): void {
  const type = adapter.getType();
  if (type === 'express') adapter.use(expressJsonParser(limit));
  else if (type === 'fastify') installOnFastify(adapter as AbstractHttpAdapter & { _isParserRegistered?: boolean }, limit);
}

function installOnFastify(adapter: AbstractHttpAdapter & { _isParserRegistered?: boolean }, limit: number): void {
  const fastify = adapter.getInstance<FastifyLike>();
  fastify.removeContentTypeParser?.(['application/json']);
  fastify.addContentTypeParser(ANY_JSON, { parseAs: 'buffer', bodyLimit: limit }, (request, body, done) => {
    try {
      const contentType = request.headers['content-type'] ?? '';
      if (isJsonType(contentType)) refuseUnreadable(contentType, request.headers['content-encoding']);
      done(null, body.length === 0 ? undefined : parseBody(body, limit));
    } catch (error) {
      done(error);
    }
  });
  // Else Nest would add its own parsers in init(); this is the mark that its useBodyParser() sets.
  adapter._isParserRegistered = true;
}
