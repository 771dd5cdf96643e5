import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { ResolvedOptions } from '@minos/common';
import type { COMPRESSION_FIELDS } from './compression.options.js';

export type CompressionSettings = ResolvedOptions<typeof COMPRESSION_FIELDS>;
export type ContentCoding = 'br' | 'gzip';

/** Higher costs more time than the bytes are worth, for answers that are made once. */
const BROTLI_QUALITY = 4;
const NO_BODY = new Set([204, 205, 304]);
/** A range is one of the bytes as they are. */
const PARTIAL = 206;

/** What decides about the coding of one answer. */
export interface CodedAnswer {
  readonly method: string;
  readonly status: number;
  /** Of the request. */
  readonly acceptEncoding: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** How an answer is compressed; `undefined`: not at all. */
export function codingOf(answer: CodedAnswer, settings: CompressionSettings): ContentCoding | undefined {
  if (!settings.enabled || answer.acceptEncoding === undefined) return undefined;
  if (answer.method === 'HEAD' || answer.status === PARTIAL || NO_BODY.has(answer.status)) return undefined;
  return isWorthIt(answer.headers, settings) ? accepted(answer.acceptEncoding) : undefined;
}

/** `headers` with what a coded body changes: no length, no strong tag. */
export function codedHeaders(headers: readonly string[], coding: ContentCoding): string[] {
  const coded: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    const lower = name.toLowerCase();
    if (lower === 'etag') coded.push(name, value.startsWith('W/') ? value : `W/${value}`);
    else if (lower !== 'content-length' && lower !== 'accept-ranges') coded.push(name, value);
  }
  coded.push('Content-Encoding', coding, 'Vary', 'Accept-Encoding');
  return coded;
}

/** Each piece goes out at once: who answers in pieces wants them to be seen. */
export function encoderOf(coding: ContentCoding): Transform {
  return coding === 'gzip'
    ? createGzip({ flush: constants.Z_SYNC_FLUSH })
    : createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH, params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
}

function isWorthIt(headers: readonly string[], { types, threshold }: CompressionSettings): boolean {
  let type = '';
  for (let at = 0; at < headers.length; at += 2) {
    const value = (headers[at + 1] as string).toLowerCase();
    switch ((headers[at] as string).toLowerCase()) {
      case 'content-type':
        type = value;
        break;
      case 'content-encoding':
        return false;
      case 'content-length':
        if (Number(value) < threshold) return false;
        break;
      case 'cache-control':
        if (value.includes('no-transform')) return false;
        break;
      default:
    }
  }
  return !type.startsWith('text/event-stream') && types.some((beginning) => type.startsWith(beginning));
}

function accepted(acceptEncoding: string): ContentCoding | undefined {
  const codings = new Set<string>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) codings.add(coding);
  }
  if (codings.has('br')) return 'br';
  return codings.has('gzip') ? 'gzip' : undefined;
}
