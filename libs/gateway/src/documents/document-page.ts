/** Lets in what the page itself brings, and asks nobody but the gateway. Swagger UI sets styles on elements and shows images that it carries. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
].join('; ');

/** None, said in the page itself: a browser would ask for `/favicon.ico`. */
const ICON = '<link rel="icon" href="data:," />';

/** Holds nothing of any document: what services say reaches the browser as JSON alone. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Routes of the gateway</title>
    ${ICON}
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <noscript>The routes as data: <a href="/docs/openapi.json">openapi.json</a></noscript>
    <div id="routes"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/assets/routes.js"></script>
  </body>
</html>
`;

/** `persistAuthorization` is left off: a token stays in the page that it was given to. Without a validator, or a server on the Internet would be asked. */
export const PAGE_SCRIPT = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#routes',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** Where Swagger UI is not installed. */
export const PLAIN_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Routes of the gateway</title>
    ${ICON}
  </head>
  <body>
    <p>The routes as data: <a href="/docs/openapi.json">openapi.json</a>. Install <code>swagger-ui-dist</code> to try them here.</p>
  </body>
</html>
`;
