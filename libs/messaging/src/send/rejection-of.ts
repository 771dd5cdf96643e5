import { isRejection, Rejection } from '@minos/common';
import type { HandlerKind } from '../contracts/message-middleware.js';

type Facts = Readonly<Record<string, unknown>>;

/** As Nest's `HttpException` and `RpcException` look; the packages themselves are optional. */
interface NestException {
  readonly message?: string;
  getStatus?(): number;
  getResponse?(): unknown;
  getError?(): unknown;
}

/** What a guard that refuses is made of. */
const GUARD_REFUSED = 403;

/**
 * What counts as a "no" and not as a fault: a rejection, an `HttpException` of the client's fault (a status below 500), and an `RpcException` that names no status
 * from 500 on. `undefined` for a fault of ours.
 */
export function rejectionOf(error: unknown): Rejection | undefined {
  if (isRejection(error)) return error;
  const exception = exceptionOf(error);
  if (typeof exception.getStatus === 'function') return ofHttp(exception, exception.getStatus());
  return typeof exception.getError === 'function' ? ofRpc(exception.getError()) : undefined;
}

/**
 * The "no" of a handler of this kind. Commands and patterns have a sender who hears of it. With the others it would pass unseen, so only what is meant as one
 * counts: a `Rejection`, and the `ForbiddenException` of a guard. The rest is a fault there, and parks.
 */
export function noOf(error: unknown, kind: HandlerKind): Rejection | undefined {
  if (isRejection(error)) return error;
  if (kind === 'command' || kind === 'pattern') return rejectionOf(error);
  return exceptionOf(error).getStatus?.() === GUARD_REFUSED ? rejectionOf(error) : undefined;
}

function exceptionOf(error: unknown): NestException {
  return typeof error === 'object' && error !== null ? error : {};
}

function ofHttp(exception: NestException, status: number): Rejection | undefined {
  if (status >= 500) return undefined;
  const { code, message, statusCode: _status, error: _title, ...facts } = factsOf(exception.getResponse?.());
  // A validation pipe lists what is wrong as texts.
  const listed = Array.isArray(message) ? { errors: message.map((text) => ({ path: '', message: String(text) })) } : {};
  return new Rejection(textOr(code, `http.${status}`), exception.message ?? '', plain({ ...listed, ...facts }));
}

function ofRpc(error: unknown): Rejection | undefined {
  if (typeof error === 'string') return new Rejection('rpc.exception', error);
  const { code, message, status, statusCode, ...facts } = factsOf(error);
  if ([status, statusCode].some((number) => typeof number === 'number' && number >= 500)) return undefined;
  return new Rejection(textOr(code, 'rpc.exception'), textOr(message, ''), plain(facts));
}

function factsOf(value: unknown): Facts {
  return typeof value === 'object' && value !== null ? (value as Facts) : {};
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** They travel as JSON; what JSON cannot carry stays behind. */
function plain(facts: Facts): Facts {
  try {
    return JSON.parse(JSON.stringify(facts)) as Facts;
  } catch {
    return {};
  }
}
