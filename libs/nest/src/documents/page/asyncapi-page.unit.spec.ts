import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.js';
import { asyncApiPage } from './asyncapi-page.js';
import { html } from './html.js';
import { indexPage } from './index-page.js';
import type { SagaDescription } from '@minos/saga';
import { sagaPage } from '../sagas/saga-page.js';
import { openApiPage } from './openapi-page.js';
import { STYLE } from './style.js';

/** Marked, so that each place where a text of the document comes through can be told. */
const hostile = (place: string): string => `"><img src=x onerror=alert('${place}')><script>${place}</script>'&`;

const DOCUMENT: AsyncApiDocument = {
  asyncapi: '3.0.0',
  info: { title: hostile('title'), version: hostile('version'), description: hostile('info') },
  defaultContentType: 'application/json',
  servers: {
    [hostile('server')]: {
      host: hostile('host'),
      protocol: hostile('protocol'),
      pathname: hostile('pathname'),
      description: hostile('reach'),
    },
  },
  channels: {
    [hostile('channel')]: {
      address: hostile('address'),
      title: hostile('channel-title'),
      description: hostile('channel-text'),
      messages: { m: { $ref: `#/components/messages/${hostile('channel-message').replaceAll('/', '')}` } },
      bindings: { kafka: { topic: hostile('topic') } },
    },
    open: { address: null, title: hostile('open-title'), description: '', messages: {} },
  },
  operations: {
    [hostile('operation')]: {
      action: 'send',
      channel: { $ref: `#/channels/${hostile('channel-ref').replaceAll('/', '')}` },
      title: hostile('operation-title'),
      messages: [{ $ref: hostile('message-ref').replaceAll('/', '') }],
      reply: { address: { description: hostile('reply'), location: '' }, channel: { $ref: 'x' }, messages: [] },
    },
  },
  components: {
    messages: {
      [hostile('message')]: {
        name: 'name',
        title: hostile('message-title'),
        description: hostile('message-text'),
        contentType: 'application/json',
        headers: { allOf: [{ $ref: hostile('headers-ref') }], properties: { [hostile('header')]: { const: hostile('header-const') } } },
        payload: { $ref: hostile('payload-ref') },
        correlationId: { location: '' },
      },
    },
    schemas: {
      [hostile('schema')]: {
        description: hostile('schema-text'),
        properties: {
          [hostile('property')]: {
            type: hostile('type'),
            description: hostile('property-text'),
            enum: [hostile('enum')],
            pattern: hostile('pattern'),
          },
          ref: { $ref: `#/components/schemas/${hostile('ref')}` },
          foreign: { $ref: hostile('foreign') },
          choice: { anyOf: [{ type: hostile('any-of') }] },
          types: { type: [hostile('types')] },
        },
      },
    },
  },
  'x-minos-names': { commands: [], queries: [], events: {}, aggregates: [], projections: [], sagas: [], consumers: [], crons: [] },
};

/** With a hostile text wherever a text can be. */
function hostileSaga(): SagaDescription {
  const command = { name: hostile('command'), owner: hostile('owner') };
  const retry = { everyMs: 1, longestMs: 1, times: 1 };
  const step = { kind: 'step', action: 'remote', command, retry, pivot: true, forward: false } as const;
  return {
    name: hostile('title'),
    version: 1,
    hash: hostile('hash'),
    starts: [{ kind: 'event', message: command, keyed: true }],
    steps: [
      {
        ...step,
        name: hostile('step'),
        rejections: [{ code: hostile('code'), then: 'continue' }],
        compensation: { command, retry, timeoutMs: 1 },
      },
      { ...step, name: hostile('child'), action: 'saga', saga: hostile('saga'), rejections: [] },
      { kind: 'choice', name: hostile('choice'), otherwise: false, branches: [{ name: hostile('branch'), steps: [] }] },
    ],
    ends: { completed: command, parked: 'unknown' },
    mermaid: hostile('diagram'),
  };
}

const PAGES: readonly (readonly [string, string])[] = [
  ['messages', asyncApiPage(DOCUMENT, '')],
  ['routes', openApiPage(hostile('title'), '')],
  [
    'index',
    indexPage(
      { title: hostile('title'), description: hostile('info') },
      { below: 'docs/', sagas: [{ name: hostile('saga'), version: 1, href: hostile('link') }] },
    ),
  ],
  ['a saga', sagaPage(hostileSaga(), '')],
];

describe.each(PAGES)('the page of %s', (_, page) => {
  it('has no markup but its own, whatever the document says', () => {
    expect(page).toContain('&lt;script&gt;title&lt;/script&gt;');
    expect(page).not.toMatch(/<img|<script>|onerror=alert\('/);
    // Every attribute keeps its quotes: after them comes the next attribute or the end of the tag.
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/g)) expect(tag).toMatch(/^<[a-z][a-z0-9-]*(?:\s+[a-z-]+(?:="[^"<>]*")?)*\s*\/?>$/);
  });

  it('asks nobody else for anything', () => {
    expect(page).not.toMatch(/(?:src|href)="(?:[a-z]+:)?\/\//);
    expect(page).not.toMatch(/<script>|style="/);
  });
});

it('shows every text of the document', () => {
  const [[, page]] = PAGES as [readonly [string, string]];
  const shown = [
    'title',
    'version',
    'info',
    'server',
    'host',
    'reach',
    'address',
    'open-title',
    'channel-text',
    'topic',
    'operation-title',
    'reply',
  ];
  const more = [
    'message-title',
    'message-text',
    'header',
    'schema',
    'schema-text',
    'property',
    'property-text',
    'enum',
    'pattern',
    'any-of',
    'types',
    'foreign',
  ];
  for (const place of [...shown, ...more]) expect(page).toContain(`&lt;script&gt;${place}&lt;/script&gt;`);
});

it('leads from each part to the next by anchors of the same page', () => {
  const [[, page]] = PAGES as [readonly [string, string]];
  for (const anchor of ['operations', 'channels', 'messages', 'schemas']) {
    expect(page).toContain(`href="#${anchor}"`);
    expect(page).toContain(`id="${anchor}"`);
  }
});

it('escapes what stands in a template, but not markup', () => {
  expect(html`<p title="${'"<&\''}">${html`<b>${'<b>'}</b>`}${[html`1`, html`2`]}${undefined}${3}</p>`.text).toBe(
    '<p title="&quot;&lt;&amp;&#39;"><b>&lt;b&gt;</b>123</p>',
  );
});

it('is styled for light and dark', () => {
  expect(STYLE).toContain('prefers-color-scheme: dark');
});
