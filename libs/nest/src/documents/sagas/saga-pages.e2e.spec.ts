import { Command, Event } from '@minos/common';
import { saga, Saga, SagaDefinition, type SagaOutline } from '@minos/saga';
import { type CanActivate, Injectable, Module, type Type } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MinosModule } from '../../minos.module.js';
import { createTestingApp, type TestingApp } from '../../testing/create-testing-app.js';
import type { AsyncApiDocument } from '../asyncapi/asyncapi-document.js';
import { DocumentsModule } from '../documents.module.js';
import type { DocumentsOptions } from '../documents.options.js';
import type { OpenApiDocument } from '../openapi/openapi-document.js';
import { SagaDocuments } from './saga-documents.js';

@Event('meal.ordered')
class MealOrdered {
  constructor(readonly mealId: string) {}
}
@Command('pan.heat', { owner: 'kitchen' })
class HeatPan extends Command<void, 'pan.missing' | '<hot>'> {
  constructor(readonly mealId: string) {
    super();
  }
}
@Command('pan.cool', { owner: 'kitchen' })
class CoolPan extends Command {
  constructor(readonly mealId: string) {
    super();
  }
}
@Command('kitchen.tell', { owner: 'kitchen' })
class TellKitchen extends Command {
  constructor(readonly mealId: string) {
    super();
  }
}
@Command('meal.serve', { owner: 'table' })
class ServeMeal extends Command {
  constructor(readonly mealId: string) {
    super();
  }
}

interface MealState {
  readonly mealId: string;
}

@Saga('meal', { version: 1 })
class FirstMeal extends SagaDefinition<MealState> {
  readonly plan = saga<MealState>()
    .step('serve')
    .local(({ mealId }) => new ServeMeal(mealId))
    .noCompensation()
    .build();
}

@Saga('meal', { version: 2 })
class Meal extends SagaDefinition<MealState> {
  readonly plan = saga<MealState>()
    .startedBy(MealOrdered, ({ mealId }) => ({ mealId }))
    .onCompensated(({ mealId }) => new ServeMeal(mealId))
    .onParked(({ mealId }) => new TellKitchen(mealId))
    .step('heat')
    .invoke(({ mealId }) => new HeatPan(mealId))
    .continueOn('pan.missing')
    .continueOn('<hot>')
    .compensate(({ mealId }) => new CoolPan(mealId))
    .timeout('1500ms', 'park')
    .choose('how', (way) =>
      way.when(
        'hot',
        () => true,
        (steps) =>
          steps
            .step('again')
            .invoke(({ mealId }) => new HeatPan(mealId))
            .noCompensation(),
      ),
    )
    .step('serve')
    .local(({ mealId }) => new ServeMeal(mealId))
    .pivot()
    .build();
}

@CommandHandler(ServeMeal)
class ServeMealHandler {
  execute(): Promise<void> {
    return Promise.resolve();
  }
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

function service(options: DocumentsOptions = {}): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'table' }),
      MinosModule.forFeature({ messages: [TellKitchen], sagas: [FirstMeal, Meal] }),
      DocumentsModule.forRoot(options),
    ],
    providers: [ServeMealHandler],
  })
  class TableModule {}
  return TableModule;
}

describe.each(['express', 'fastify'])('sagas over %s', (adapter) => {
  let app: TestingApp;
  beforeAll(async () => {
    app = await createTestingApp(service(), adapter === 'fastify' ? { adapter: new FastifyAdapter() } : {});
  });
  afterAll(() => app.close());

  it('lists them as data, the newest version of each first, and nothing of their instances', async () => {
    const { status, headers, body } = await app.http.get<{ sagas: SagaOutline[] }>('/minos/sagas');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')]);
    expect(body.sagas.map(({ name, version }) => [name, version])).toEqual([
      ['meal', 2],
      ['meal', 1],
    ]);
    expect(Object.keys(body.sagas[0] ?? {})).toEqual(['name', 'version', 'hash', 'starts', 'steps', 'ends']);
  });

  it('draws the newest version, or the one that is asked for', async () => {
    const { status, headers, body } = await app.http.get<string>('/minos/sagas/meal.mmd');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/vnd.mermaid')]);
    expect(body).toMatch(/^flowchart TD\n {2}begin\(\["meal<br\/>version 2"\]\)\n/);
    expect((await app.http.get<string>('/minos/sagas/meal.mmd?version=1')).body).toContain('version 1');
    expect((await app.http.get('/minos/sagas/meal.mmd?version=3')).status).toBe(404);
    const unknown = await app.http.get<{ detail: string }>('/minos/sagas/none.mmd');
    expect([unknown.status, unknown.body.detail]).toEqual([404, expect.stringContaining('meal (version 2), meal (version 1)')]);
  });

  it('shows a page with every policy, without scripts, under a policy that lets nothing in from elsewhere', async () => {
    const { status, headers, body } = await app.http.get<string>('/minos/sagas/meal');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/https?:|\*|unsafe|script/);
    expect(body).not.toContain('<script');
    expect(body).toContain('&lt;hot&gt;');
    const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain('the event meal.ordered');
    expect(text).toContain('sends pan.heat to kitchen');
    expect(text).toContain('1500 ms, then waits for an operator');
    expect(text).toContain('pan.missing goes on');
    expect(text).toContain('by pan.cool to kitchen, waits 30 s, 5 tries, then an operator, 1 s to 10 s apart');
    expect(text).toContain('there is nothing to take back');
    expect(text).toContain('compensated: sends meal.serve to table');
  });

  it('is led to by the index of the documents, and serves whatever its page asks for', async () => {
    const { body: index } = await app.http.get<string>('/docs');
    const [page = ''] = linksOf(index, '/docs').filter((link) => link.startsWith('/minos/sagas'));
    expect(page).toBe('/minos/sagas/meal?version=2');
    const { body } = await app.http.get<string>(page);
    const links = linksOf(body, page);
    expect(links).toEqual(['/minos/sagas/assets/documents.css', '/minos/sagas/meal.mmd?version=2']);
    for (const link of links) expect([link, (await app.http.get(link)).status]).toEqual([link, 200]);
    expect((await app.http.get('/minos/sagas/assets/other.css')).status).toBe(404);
  });

  it('is no part of the documents', async () => {
    const { body } = await app.http.get<OpenApiDocument>('/docs/openapi.json');
    expect(Object.keys(body.paths).join()).not.toContain('sagas');
  });
});

it('stands behind the guards of the documents, at a path of its own, or nowhere', async () => {
  const guarded = await createTestingApp(service({ path: 'internal/api', sagas: 'internal/sagas', guards: [ClosedGuard] }));
  try {
    expect((await guarded.http.get('/internal/sagas')).status).toBe(403);
    expect((await guarded.http.get('/minos/sagas')).status).toBe(404);
  } finally {
    await guarded.close();
  }
  const none = await createTestingApp(service({ sagas: false }));
  try {
    expect((await none.http.get('/minos/sagas')).status).toBe(404);
    expect((await none.http.get<string>('/docs')).body).not.toContain('sagas');
    // #region sagas
    const { mermaid } = none.get<SagaDocuments>(SagaDocuments).find('meal') ?? { mermaid: '' };
    // #endregion
    expect(mermaid).toContain('flowchart TD');
  } finally {
    await none.close();
  }
});

it('is in the document of messages: what a saga sends, and where the answers go', async () => {
  const app = await createTestingApp(service());
  try {
    const { body } = await app.http.get<AsyncApiDocument>('/docs/asyncapi.json');
    expect(body.operations['saga.meal.pan.heat']).toMatchObject({
      action: 'send',
      title: 'The saga meal sends pan.heat to kitchen',
      channel: { $ref: '#/channels/kitchen.commands' },
      messages: [{ $ref: '#/channels/kitchen.commands/messages/pan.heat.v1' }],
      reply: {
        address: { location: '$message.header#/ce_answerto' },
        channel: { $ref: '#/channels/table.sagas' },
        messages: [{ $ref: '#/channels/table.sagas/messages/minos.result' }, { $ref: '#/channels/table.sagas/messages/minos.rejection' }],
      },
    });
    expect(body.operations['saga.meal.pan.cool']).toMatchObject({ reply: { channel: { $ref: '#/channels/table.sagas' } } });
    expect(body.operations['saga.meal.kitchen.tell']).toMatchObject({ channel: { $ref: '#/channels/kitchen.commands' } });
    expect(body.operations['saga.meal.kitchen.tell']).not.toHaveProperty('reply');
    expect(body.operations['consume.saga.meal']).toMatchObject({ action: 'receive', channel: { $ref: '#/channels/table.events' } });
    expect(body.channels['table.sagas']).toMatchObject({ description: 'Answers to the commands of the sagas of table.' });
    // Nobody else of the service sends them, and no message is called as a saga is.
    expect(Object.keys(body.operations).filter((id) => /^send\.|consume\.table/.test(id))).toEqual([]);
    expect(Object.keys(body.components.messages)).not.toContain('meal');
  } finally {
    await app.close();
  }
});

/** Where the links and files of a page lead that was read at a path. */
function linksOf(page: string, path: string): string[] {
  return [...page.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, url]) => {
    const { pathname, search } = new URL(url ?? '', `http://x${path}`);
    return `${pathname}${search}`;
  });
}
