import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { escapedHtml } from './escaped-html.js';

/** A file that a page needs. */
export interface PageAsset {
  readonly type: string;
  open(): Readable;
}

export interface SwaggerUiPage {
  readonly title: string;
  /** Address of the document, for a browser that is on the page. */
  readonly document: string;
  /** What stands before the names of {@link swaggerUiAsset}. */
  readonly assets: string;
}

/** `Content-Security-Policy` of the page: lets in what it brings itself, and asks nobody but the server. Swagger UI sets styles on elements and shows images that it carries. */
export const SWAGGER_UI_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
].join('; ');

const SCRIPT = 'text/javascript; charset=utf-8';
const STARTER = 'openapi-page.js';
const INSTALLED: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', SCRIPT],
]);

/**
 * Shows the document that the page names. `persistAuthorization` is left off: a token stays in the page that it was given to. `validatorUrl: null`, or Swagger UI would ask a server on the
 * Internet about the document.
 */
const STARTER_SCRIPT = `SwaggerUIBundle({
  url: document.getElementById('swagger-ui').dataset.document,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** None, said in the page itself: a browser would ask for `/favicon.ico`. */
export const NO_ICON = '<link rel="icon" href="data:," />';

/** The page of Swagger UI. It holds nothing of the document, and its script is an asset, so that no inline code is needed. */
export function swaggerUiPage({ title, document, assets }: SwaggerUiPage): string {
  const file = (name: string): string => escapedHtml(`${assets}${name}`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapedHtml(title)}</title>
    ${NO_ICON}
    <link rel="stylesheet" href="${file('swagger-ui.css')}" />
  </head>
  <body>
    <noscript>The routes as data: <a href="${escapedHtml(document)}">openapi.json</a></noscript>
    <div id="swagger-ui" data-document="${escapedHtml(document)}"></div>
    <script src="${file('swagger-ui-bundle.js')}"></script>
    <script src="${file(STARTER)}"></script>
  </body>
</html>
`;
}

/** A file of the page; `undefined` for any other name. `folder` says where `swagger-ui-dist` is installed; what it throws, `open` throws. */
export function swaggerUiAsset(name: string, folder: () => string): PageAsset | undefined {
  if (name === STARTER) return { type: SCRIPT, open: () => Readable.from([STARTER_SCRIPT]) };
  const type = INSTALLED.get(name);
  return type === undefined ? undefined : { type, open: () => createReadStream(join(folder(), name)) };
}
