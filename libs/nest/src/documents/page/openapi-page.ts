import { html } from './html.js';

/** The page of Swagger UI; its script is an asset, so that the page needs no inline code. */
export function openApiPage(title: string, up: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}: routes</title>
        <link rel="stylesheet" href="${up}assets/swagger-ui.css" />
      </head>
      <body>
        <div id="swagger-ui" data-document="${up}openapi.json"></div>
        <script src="${up}assets/swagger-ui-bundle.js"></script>
        <script src="${up}assets/openapi-page.js"></script>
      </body>
    </html> `.text;
}

/** Shows the document that the page names. `validatorUrl: null`, or Swagger UI would ask a server on the Internet about it. */
export const OPENAPI_SCRIPT = `SwaggerUIBundle({
  url: document.getElementById('swagger-ui').dataset.document,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;
