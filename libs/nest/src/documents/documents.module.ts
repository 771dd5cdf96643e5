import { type DynamicModule, Module } from '@nestjs/common';
import { ApiDocuments } from './api-documents.js';
import { documentsController } from './documents.controller.js';
import { DOCUMENTS_OPTIONS, type DocumentsOptions, resolveDocumentsOptions } from './documents.options.js';
import { SagaDocuments } from './sagas/saga-documents.js';
import { sagaPagesController } from './sagas/saga-pages.controller.js';
import { ServiceFactsExplorer } from './service-facts.explorer.js';

/**
 * Describes the service: its routes as OpenAPI 3, its messages as AsyncAPI 3, its sagas as Mermaid, each as a document and as a page. Stands beside `MinosModule.forRoot`. In production
 * they are for services and admins, see `ManagementGuard` of `@minos/health`.
 */
@Module({})
export class DocumentsModule {
  /** Throws `OPTIONS_INVALID` with all faults at once. */
  static forRoot(options: DocumentsOptions = {}): DynamicModule {
    const resolved = resolveDocumentsOptions(options);
    const { controllers, sagas } = resolved;
    const pages = [documentsController(resolved), ...(sagas === false ? [] : [sagaPagesController(sagas, resolved)])];
    return {
      module: DocumentsModule,
      providers: [{ provide: DOCUMENTS_OPTIONS, useValue: resolved }, ServiceFactsExplorer, ApiDocuments, SagaDocuments],
      controllers: controllers ? pages : [],
      exports: [ApiDocuments, SagaDocuments],
    };
  }
}
