import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { PackageMissingError } from '../../boot/boot.errors.js';
import { OPENAPI_SCRIPT } from './openapi-page.js';
import { STYLE } from './style.js';

/** A file that a page needs. */
export interface Asset {
  readonly type: string;
  open(): Readable;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const SHEET = 'text/css; charset=utf-8';

const ASSETS: ReadonlyMap<string, Asset> = new Map<string, Asset>([
  ['documents.css', { type: SHEET, open: () => Readable.from([STYLE]) }],
  ['openapi-page.js', { type: SCRIPT, open: () => Readable.from([OPENAPI_SCRIPT]) }],
  ['swagger-ui.css', { type: SHEET, open: () => installed('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { type: SCRIPT, open: () => installed('swagger-ui-bundle.js') }],
]);

/** `undefined` for any other name. */
export function assetOf(name: string): Asset | undefined {
  return ASSETS.get(name);
}

/** Throws `PACKAGE_MISSING`. */
function installed(file: string): Readable {
  return createReadStream(join(swaggerUiFolder(), file));
}

function swaggerUiFolder(): string {
  try {
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  } catch (cause) {
    throw new PackageMissingError('swagger-ui-dist', 'The OpenAPI page of DocumentsModule', cause);
  }
}
