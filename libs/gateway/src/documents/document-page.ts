import { NO_ICON, swaggerUiPage } from '@minos/common/http';

const TITLE = 'Routes of the gateway';
export const PAGE = swaggerUiPage({ title: TITLE, document: '/docs/openapi.json', assets: '/docs/assets/' });

/** Where Swagger UI is not installed. */
export const PLAIN_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${TITLE}</title>
    ${NO_ICON}
  </head>
  <body>
    <p>The routes as data: <a href="/docs/openapi.json">openapi.json</a>. Install <code>swagger-ui-dist</code> to try them here.</p>
  </body>
</html>
`;
