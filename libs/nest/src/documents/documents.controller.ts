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
import { indexPage } from './page/index-page.js';
import { openApiPage } from './page/openapi-page.js';

const HTML = 'text/html; charset=utf-8';
const POLICY = 'Content-Security-Policy';
const CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** No script at all. */
const READ_ONLY = `${CLOSED}; style-src 'self'`;
/** Swagger UI sets styles on elements, shows images that it carries, and asks the service itself. */
const SWAGGER_UI = `${CLOSED}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'`;

/** What `@ApiExcludeController()` writes, which is not loaded for it: the pages are no part of the document. */
const EXCLUDED = 'swagger/apiExcludeController';

/** What is used of a request of either adapter. */
interface Addressed {
  readonly url: string;
}

/** The routes below the path of the documents. */
class DocumentsController {
  constructor(
    @Inject(ApiDocuments) private readonly documents: ApiDocuments,
    @Inject(DOCUMENTS_OPTIONS) private readonly options: ResolvedDocumentsOptions,
  ) {}

  @Get()
  @Header('Content-Type', HTML)
  @Header(POLICY, READ_ONLY)
  index(@Req() request: Addressed): string {
    const { info } = this.documents.asyncApi();
    return indexPage(info, endsInSlash(request) ? '' : `${this.options.path.split('/').at(-1)}/`);
  }

  @Get('asyncapi')
  @Header('Content-Type', HTML)
  @Header(POLICY, READ_ONLY)
  asyncApiPage(@Req() request: Addressed): string {
    return asyncApiPage(this.documents.asyncApi(), upFrom(request));
  }

  @Get('asyncapi.json')
  asyncApi(): AsyncApiDocument {
    return this.documents.asyncApi();
  }

  @Get('openapi')
  @Header('Content-Type', HTML)
  @Header(POLICY, SWAGGER_UI)
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
}

/** A controller for the documents at a path, behind guards. */
export function documentsController({ path, guards }: Pick<ResolvedDocumentsOptions, 'path' | 'guards'>): Type {
  @SetMetadata(EXCLUDED, [true])
  @UseGuards(...guards)
  @Controller({ path, version: VERSION_NEUTRAL })
  class ServedDocuments extends DocumentsController {}
  return ServedDocuments;
}

const endsInSlash = ({ url }: Addressed): boolean => /^[^?]*\/(\?|$)/.test(url);
const upFrom = (request: Addressed): string => (endsInSlash(request) ? '../' : '');
