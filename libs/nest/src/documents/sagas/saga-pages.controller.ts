import { ManagementOnly } from '@minos/health';
import {
  Controller,
  Get,
  Header,
  Inject,
  NotFoundException,
  Param,
  Query,
  Req,
  SetMetadata,
  StreamableFile,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import type { SagaDescription, SagaOutline } from '@minos/saga';
import { EXCLUDED, READ_ONLY, CONTENT_POLICY, HTML, type Addressed, upFrom } from '../page/page-headers.js';
import type { ResolvedDocumentsOptions } from '../documents.options.js';
import { assetOf } from '../page/assets.js';
import { SagaDocuments } from './saga-documents.js';
import { sagaPage } from './saga-page.js';

const MERMAID = 'text/vnd.mermaid; charset=utf-8';
const SUFFIX = '.mmd';

/** The routes below the path of the sagas. */
class SagaPagesController {
  constructor(@Inject(SagaDocuments) private readonly sagas: SagaDocuments) {}

  @Get()
  list(): { readonly sagas: readonly SagaOutline[] } {
    return { sagas: this.sagas.all().map(({ mermaid: _drawn, ...outline }) => outline) };
  }

  @Get('assets/:name')
  asset(@Param('name') name: string): StreamableFile {
    const asset = assetOf(name);
    if (asset === undefined) throw new NotFoundException(`There is no such file: ${name}.`);
    return new StreamableFile(asset.open(), { type: asset.type });
  }

  /** One route for both: where a parameter ends at a dot the adapters do not agree. */
  @Get(':file')
  @Header(CONTENT_POLICY, READ_ONLY)
  file(@Param('file') file: string, @Query('version') version: string | undefined, @Req() request: Addressed): StreamableFile {
    if (file.endsWith(SUFFIX)) return sent(MERMAID, this.demand(file.slice(0, -SUFFIX.length), version).mermaid);
    return sent(HTML, sagaPage(this.demand(file, version), upFrom(request)));
  }

  private demand(name: string, version: string | undefined): SagaDescription {
    const found = this.sagas.find(name, version === undefined ? undefined : Number(version));
    if (found !== undefined) return found;
    const known = this.sagas.all().map((saga) => `${saga.name} (version ${saga.version})`);
    throw new NotFoundException(`There is no saga ${name} of this version here. Known are: ${known.join(', ') || 'none'}.`);
  }
}

function sent(type: string, text: string): StreamableFile {
  return new StreamableFile(Buffer.from(text, 'utf8'), { type });
}

/** A controller for the sagas at a path, behind the guards of the documents. */
export function sagaPagesController(path: string, { guards }: Pick<ResolvedDocumentsOptions, 'guards'>): Type {
  @ManagementOnly()
  @SetMetadata(EXCLUDED, [true])
  @UseGuards(...guards)
  @Controller({ path, version: VERSION_NEUTRAL })
  class ServedSagas extends SagaPagesController {}
  return ServedSagas;
}
