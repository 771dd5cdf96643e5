import type { AsyncApiChannel, AsyncApiDocument, AsyncApiMessage, AsyncApiOperation, Reference } from '../asyncapi/asyncapi-document.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { type Html, html } from './html.js';
import { page } from './page.js';
import { schemaAnchor, schemaView } from './schema-table.js';

/** An AsyncAPI document for people: everything that it says, without scripts. */
export function asyncApiPage(document: AsyncApiDocument, up: string): string {
  const { info, servers, channels, operations, components } = document;
  const body = html`<header>
      <h1>${info.title}</h1>
      <p class="quiet">Messages · version ${info.version} · AsyncAPI ${document.asyncapi}</p>
      ${info.description === undefined ? undefined : html`<p>${info.description}</p>`}
      <nav>
        <a href="#operations">Operations</a><a href="#channels">Channels</a><a href="#messages">Messages</a><a href="#schemas">Schemas</a
        ><a href="${up}asyncapi.json">asyncapi.json</a><a href="${up}openapi">OpenAPI</a>
      </nav>
    </header>
    <main>
      ${section(
        'servers',
        'Servers',
        servers,
        ([name, server]) =>
          html`<div class="card">
            <h3>${name}</h3>
            <p><code>${server.protocol}://${server.host}${server.pathname}</code> ${server.description}</p>
          </div>`,
      )}
      ${section('operations', 'Operations', operations, operationCard)} ${section('channels', 'Channels', channels, channelCard)}
      ${section('messages', 'Messages', components.messages, (entry) => messageCard(entry))}
      ${section('schemas', 'Schemas', components.schemas, schemaCard)}
    </main>`;
  return page({ title: `${info.title}: messages`, up, body });
}

function section<T>(id: string, title: string, parts: Readonly<Record<string, T>>, card: (entry: [string, T]) => Html): Html {
  const cards = Object.entries(parts).map(card);
  return html`<section id="${id}">
    <h2>${title}</h2>
    ${cards.length === 0 ? html`<p class="quiet">None.</p>` : cards}
  </section>`;
}

function operationCard([id, { action, title, channel, messages, reply, bindings }]: [string, AsyncApiOperation]): Html {
  const answer =
    reply &&
    html`<p>Answered over ${channelLink(reply.channel)}: ${messageLinks(reply.messages)}</p>
      <p class="quiet">${reply.address.description}</p>`;
  return html`<article class="card" id="operation-${id}">
    <h3><span class="badge ${action}">${action}</span>${title}</h3>
    <p>over ${channelLink(channel)}: ${messageLinks(messages)}</p>
    ${answer}${bindingsView(bindings)}
  </article>`;
}

function channelCard([id, { address, title, description, messages, bindings }]: [string, AsyncApiChannel]): Html {
  const name = address === null ? title : html`<code>${address}</code>`;
  return html`<article class="card" id="channel-${id}">
    <h3>${name}</h3>
    <p>${description}</p>
    <p>${messageLinks(Object.values(messages))}</p>
    ${bindingsView(bindings)}
  </article>`;
}

function messageCard([key, message]: [string, AsyncApiMessage]): Html {
  return html`<article class="card" id="message-${key}">
    <h3>${message.title}</h3>
    <p>${message.description}</p>
    <p>Data: ${message.payload['$ref'] === undefined ? 'any' : schemaLink(message.payload)}</p>
    <details>
      <summary>Headers</summary>
      ${headersView(message.headers)}
    </details>
    ${bindingsView(message.bindings)}
  </article>`;
}

function headersView(headers: JsonSchema): Html {
  const shared = ((headers['allOf'] ?? []) as readonly JsonSchema[]).map((part) => html`<p>As ${schemaLink(part)}, with:</p>`);
  return html`${shared}${schemaView(headers)}`;
}

function schemaCard([key, schema]: [string, JsonSchema]): Html {
  return html`<article class="card" id="${schemaAnchor(key)}">
    <h3>${key}</h3>
    ${schemaView(schema)}
  </article>`;
}

function bindingsView(bindings: object | undefined): Html | undefined {
  return (
    bindings &&
    html`<details>
      <summary>Bindings</summary>
      <pre>${JSON.stringify(bindings, null, 2)}</pre>
    </details>`
  );
}

function channelLink(reference: Reference): Html {
  const id = lastOf(reference.$ref);
  return html`<a href="#channel-${id}">${id}</a>`;
}

function messageLinks(references: readonly Reference[]): Html {
  return html`${references.map(({ $ref }, index) => html`${index === 0 ? '' : ', '}<a href="#message-${lastOf($ref)}">${lastOf($ref)}</a>`)}`;
}

function schemaLink(schema: JsonSchema): Html {
  const key = lastOf(String(schema['$ref']));
  return html`<a href="#${schemaAnchor(key)}">${key}</a>`;
}

const lastOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
