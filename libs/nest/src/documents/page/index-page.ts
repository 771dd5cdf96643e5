import { html } from './html.js';
import { page } from './page.js';

/** The page that leads to the documents; `below` stands before their names. */
export function indexPage(
  { title, description }: { readonly title: string; readonly description?: string | undefined },
  below: string,
): string {
  const body = html`<h1>${title}</h1>
    ${description === undefined ? undefined : html`<p>${description}</p>`}
    <div class="card">
      <h3><a href="${below}openapi">Routes</a></h3>
      <p>What is asked over HTTP: OpenAPI 3, also as <a href="${below}openapi.json">openapi.json</a>.</p>
    </div>
    <div class="card">
      <h3><a href="${below}asyncapi">Messages</a></h3>
      <p>What is sent and handled over the broker: AsyncAPI 3, also as <a href="${below}asyncapi.json">asyncapi.json</a>.</p>
    </div>`;
  return page({ title, up: below, body });
}
