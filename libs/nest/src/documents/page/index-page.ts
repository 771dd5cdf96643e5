import { type Html, html } from './html.js';
import { page } from './page.js';

/** Where the page of a saga is. */
export interface SagaLink {
  readonly name: string;
  readonly version: number;
  readonly href: string;
}

export interface IndexLinks {
  /** What stands before the names of the documents. */
  readonly below: string;
  readonly sagas: readonly SagaLink[];
}

/** The page that leads to the documents. */
export function indexPage(
  { title, description }: { readonly title: string; readonly description?: string | undefined },
  { below, sagas }: IndexLinks,
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
    </div>
    ${sagas.length === 0 ? undefined : sagasCard(sagas)}`;
  return page({ title, up: below, body });
}

function sagasCard(sagas: readonly SagaLink[]): Html {
  const links = sagas.map(({ name, version, href }) => html`<li><a href="${href}">${name}</a>, version ${version}</li>`);
  return html`<div class="card">
    <h3>Sagas</h3>
    <ul>
      ${links}
    </ul>
  </div>`;
}
