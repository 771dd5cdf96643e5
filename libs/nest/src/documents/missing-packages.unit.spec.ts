import { Command } from '@minos/common';
import { Module } from '@nestjs/common';
import { asyncApiFaults } from '../../../../tools/testing/api-document-faults.js';
import { MinosModule } from '../minos.module.js';
import { createTestingApp, type TestingApp } from '../testing/create-testing-app.js';
import { ApiDocuments } from './api-documents.js';
import { DocumentsModule } from './documents.module.js';

const missing = (name: string): never => {
  throw new Error(`Cannot find module '${name}'`);
};
jest.mock('@nestjs/swagger', () => missing('@nestjs/swagger'));
jest.mock('class-validator-jsonschema', () => missing('class-validator-jsonschema'));

@Command('thing.make', { owner: 'things' })
class MakeThing extends Command {
  constructor(readonly label: string) {
    super();
  }
}

@Module({
  imports: [MinosModule.forRoot({ service: 'things' }), MinosModule.forFeature({ messages: [MakeThing] }), DocumentsModule.forRoot()],
})
class ThingsModule {}

describe('without @nestjs/swagger and class-validator-jsonschema', () => {
  let app: TestingApp;

  beforeAll(async () => {
    app = await createTestingApp(ThingsModule);
  });

  afterAll(() => app.close());

  it('messages are documented all the same', async () => {
    const document = app.get<ApiDocuments>(ApiDocuments).asyncApi();
    expect(asyncApiFaults(document)).toEqual([]);
    expect(document.components.schemas['thing.make.v1']).toMatchObject({ properties: { label: { type: ['string', 'null'] } } });
    expect((await app.http.get('/docs/asyncapi')).status).toBe(200);
  });

  it('routes are not, and the error says what to install', async () => {
    expect(() => app.get<ApiDocuments>(ApiDocuments).openApi()).toThrow(
      expect.objectContaining({ code: 'PACKAGE_MISSING', message: expect.stringContaining('npm install @nestjs/swagger') }),
    );
    expect((await app.http.get('/docs/openapi')).status).toBe(500);
  });
});
