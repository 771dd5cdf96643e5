import { SWAGGER_UI_POLICY } from '@minos/common/http';
import { ManagementOnly } from '@minos/health';
import {
  Controller,
  Get,
  Header,
  Inject,
  NotFoundException,
  Param,
  Req,
  SetMetadata,
  StreamableFile,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiDocuments } from './api-documents.js';
import type { AsyncApiDocument } from './asyncapi/asyncapi-document.js';
import { DOCUMENTS_OPTIONS, type ResolvedDocumentsOptions } from './documents.options.js';
import type { OpenApiDocument } from './openapi/openapi-document.js';
import { asyncApiPage } from './page/asyncapi-page.js';
import { assetOf } from './page/assets.js';
import { indexPage, type SagaLink } from './page/index-page.js';
import { openApiPage } from './page/openapi-page.js';
import { type Addressed, CONTENT_POLICY, endsInSlash, EXCLUDED, HTML, READ_ONLY, upFrom } from './page/page-headers.js';
import { SagaDocuments } from './sagas/saga-documents.js';

/** The routes below the path of the documents. */
class DocumentsController {
  constructor(
    @Inject(ApiDocuments) private readonly documents: ApiDocuments,
    @Inject(DOCUMENTS_OPTIONS) private readonly options: ResolvedDocumentsOptions,
    @Inject(SagaDocuments) private readonly sagas: SagaDocuments,
  ) {}

  @Get()
  @Header('Content-Type', HTML)
  @Header(CONTENT_POLICY, READ_ONLY)
  index(@Req() request: Addressed): string {
    const { info } = this.documents.asyncApi();
    const below = endsInSlash(request) ? '' : `${this.options.path.split('/').at(-1)}/`;
    return indexPage(info, { below, sagas: this.sagaLinks(below) });
  }

  @Get('asyncapi')
  @Header('Content-Type', HTML)
  @Header(CONTENT_POLICY, READ_ONLY)
  asyncApiPage(@Req() request: Addressed): string {
    return asyncApiPage(this.documents.asyncApi(), upFrom(request));
  }

  @Get('asyncapi.json')
  asyncApi(): AsyncApiDocument {
    return this.documents.asyncApi();
  }

  @Get('openapi')
  @Header('Content-Type', HTML)
  @Header(CONTENT_POLICY, SWAGGER_UI_POLICY)
  openApiPage(@Req() request: Addressed): string {
    return openApiPage(this.documents.openApi().info.title, upFrom(request));
  }

  @Get('openapi.json')
  openApi(): OpenApiDocument {
    return this.documents.openApi();
  }

  @Get('assets/:name')
  asset(@Param('name') name: string): StreamableFile {
    const asset = assetOf(name);
    if (asset === undefined) throw new NotFoundException(`There is no such file: ${name}.`);
    return new StreamableFile(asset.open(), { type: asset.type });
  }

  /** `below` stands before what is below the path of the documents. */
  private sagaLinks(below: string): readonly SagaLink[] {
    const { path, sagas } = this.options;
    if (sagas === false) return [];
    const top = `${below}${'../'.repeat(path.split('/').length)}${sagas}`;
    return this.sagas.all().map(({ name, version }) => ({ name, version, href: `${top}/${encodeURIComponent(name)}?version=${version}` }));
  }
}

/** A controller for the documents at a path, behind guards. */
export function documentsController({ path, guards }: Pick<ResolvedDocumentsOptions, 'path' | 'guards'>): Type {
  @ManagementOnly()
  @SetMetadata(EXCLUDED, [true])
  @UseGuards(...guards)
  @Controller({ path, version: VERSION_NEUTRAL })
  class ServedDocuments extends DocumentsController {}
  return ServedDocuments;
}
