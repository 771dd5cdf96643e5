import type { IncomingMessage, ServerResponse } from 'node:http';
import { PayloadTooLargeException } from '@nestjs/common';
import { isJsonType, refuseUnreadable } from './json-content.js';
import { lingerBeforeEnd } from './lingering-end.js';
import { parseBody } from './parse-body.js';
import { readBody } from './read-body.js';

type RequestWithBody = IncomingMessage & { body?: unknown };
export type ExpressMiddleware = (request: RequestWithBody, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Parses JSON bodies with the limits of the codec, in place of Express' own parser. Nest adds its parser only where no layer has the
 * name `jsonParser` yet, so the name of the function is part of what it does.
 */
export function expressJsonParser(limit: number): ExpressMiddleware {
  return function jsonParser(request, response, next) {
    const type = request.headers['content-type'];
    if (type === undefined || !isJsonType(type) || !hasBody(request)) return next();
    Promise.resolve()
      .then(() => refuseUnreadable(type, request.headers['content-encoding']))
      .then(() => readBody(request, limit))
      .then((body) => {
        request.body = parseBody(body, limit);
      })
      .then(
        () => next(),
        (error: unknown) => {
          // Nobody reads the rest of a body that was refused before its end, so the connection ends with the answer.
          if (error instanceof PayloadTooLargeException && !request.complete) lingerBeforeEnd(request, response);
          next(error);
        },
      );
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
}
