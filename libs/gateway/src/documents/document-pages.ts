import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { SWAGGER_UI_POLICY, swaggerUiAsset } from '@minos/common/http';
import { PAGE, PLAIN_PAGE } from './document-page.js';
import type { GatewayDocuments } from './gateway-documents.js';

export interface DocumentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

const HTML = 'text/html; charset=utf-8';

/** What the gateway itself answers below `/docs`: the page to try routes, and the merged document. */
export class DocumentPages {
  constructor(private readonly documents: Pick<GatewayDocuments, 'document'>) {}

  /** Of the segments of a path of a GET; `undefined` where there is nothing. */
  async answer(segments: readonly string[]): Promise<DocumentAnswer | undefined> {
    const [top, name, file, more] = segments;
    if (top !== 'docs' || more !== undefined) return undefined;
    if (file !== undefined) return name === 'assets' ? asset(file) : undefined;
    if (name === 'openapi.json') return answerOf(JSON.stringify(await this.documents.document()), 'application/json');
    return name === undefined || name === 'openapi' ? answerOf(folder() === undefined ? PLAIN_PAGE : PAGE, HTML) : undefined;
  }
}

function asset(name: string): DocumentAnswer | undefined {
  const where = folder();
  const found = where === undefined ? undefined : swaggerUiAsset(name, () => where);
  return found && answerOf(found.open(), found.type);
}

function answerOf(body: string | Readable, type: string): DocumentAnswer {
  const headers = {
    'content-type': type,
    'content-security-policy': SWAGGER_UI_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  return { status: 200, headers, body };
}

function folder(): string | undefined {
  try {
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  } catch {
    return undefined;
  }
}
