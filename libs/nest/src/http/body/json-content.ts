import { UnsupportedMediaTypeException } from '@nestjs/common';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

/** Whether a `Content-Type` says JSON. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_TYPE.test((contentType.split(';', 1)[0] ?? '').trim().toLowerCase());
}

/** Compressed bodies and other character sets are refused: what is checked must be what was sent. */
export function refuseUnreadable(contentType: string, encoding: string | undefined): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaTypeException(`Bodies must be sent as they are, not with Content-Encoding ${encoding}.`);
  }
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8') throw new UnsupportedMediaTypeException(`JSON must be sent as UTF-8, not as ${charset}.`);
}
