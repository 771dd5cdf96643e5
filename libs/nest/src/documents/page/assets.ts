import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { type PageAsset, swaggerUiAsset } from '@minos/common/http';
import { PackageMissingError } from '../../boot/boot.errors.js';
import { STYLE } from './style.js';

/** A file that a page needs; `undefined` for any other name. One of Swagger UI throws `PACKAGE_MISSING` when it is opened where that is not installed. */
export function assetOf(name: string): PageAsset | undefined {
  if (name === 'documents.css') return { type: 'text/css; charset=utf-8', open: () => Readable.from([STYLE]) };
  return swaggerUiAsset(name, swaggerUiFolder);
}

function swaggerUiFolder(): string {
  try {
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  } catch (cause) {
    throw new PackageMissingError('swagger-ui-dist', 'The OpenAPI page of DocumentsModule', cause);
  }
}
