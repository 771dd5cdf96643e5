import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { DocumentPages } from '../documents/document-pages.js';
import { readTarget } from '../request/request-target.js';
import type { RequestListener } from './gateway.js';

const ROOT = 'docs';
/** Where the page is. */
export const DOCUMENTS_PATH = `/${ROOT}`;

/** Answers the documents of all services as one, and leaves everything else to `own`. */
export function documentListener(pages: Pick<DocumentPages, 'answer'>, own: RequestListener): RequestListener {
  return (request, response) => {
    const segments = readTarget(request.url ?? '')?.segments ?? [];
    if (segments[0] !== ROOT || (request.method !== 'GET' && request.method !== 'HEAD')) return own(request, response);
    pages
      .answer(segments)
      .then((answer) => (answer === undefined ? own(request, response) : send(request, response, answer)))
      .catch(() => response.destroy());
  };
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Exclude<Awaited<ReturnType<DocumentPages['answer']>>, undefined>,
): void {
  response.writeHead(status, headers);
  if (typeof body === 'string') response.end(method === 'HEAD' ? undefined : body);
  else if (method === 'HEAD' || response.destroyed) {
    body.destroy();
    response.end();
  } else pipeline(body, response, (error) => error && response.destroy());
}
