import { AsyncLocalStorage } from 'node:async_hooks';
import { Rejection } from '@minos/common';
import { Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { rejectionOf } from '../send/rejection-of.js';

/** The errors of one call of a pattern handler, as they were thrown. */
interface NoticedError {
  error?: unknown;
}

type Controller = new (...args: never[]) => unknown;

const calls = new AsyncLocalStorage<NoticedError>();
const MARKED = Symbol.for('@minos/messaging/errors-noticed');
/** What Nest's own filter makes of every error that is no `RpcException`. */
const UNKNOWN_ERROR = 'Internal server error';

/** Matches no error. Being asked, it notes the error of the call that runs. */
class Noticed {
  static [Symbol.hasInstance](error: unknown): boolean {
    const call = calls.getStore();
    if (call !== undefined) call.error = error;
    return false;
  }
}

/**
 * A filter that never applies. Nest's own filter hides from a transport what was thrown, so a rejection could not be told from a fault; this one is asked whether it
 * applies, and sees the error. The application's filters decide as ever.
 */
@Catch(Noticed)
class NoticingFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/** Errors of the pattern handlers of this controller are noticed from now on, in {@link callNoticing} alone. Idempotent. */
export function noticeErrorsOf(controller: Controller): void {
  if (Reflect.hasOwnMetadata(MARKED, controller)) return;
  Reflect.defineMetadata(MARKED, true, controller);
  UseFilters(new NoticingFilter())(controller);
}

/**
 * Calls a handler of Nest's. What it rejects with is a {@link Rejection} where the sender is to hear of it: a rejection, an `HttpException` of the client's fault, an
 * `RpcException`, or what a filter made of any error; else the error itself.
 */
export async function callNoticing(work: () => Promise<unknown>): Promise<unknown> {
  const noticed: NoticedError = {};
  try {
    return await calls.run(noticed, work);
  } catch (error) {
    const original = isNestsOwn(error) ? (noticed.error ?? new Error(UNKNOWN_ERROR)) : error;
    throw refusalOf(original) ?? asError(original);
  }
}

/** Of an event nobody hears: what is no rejection is a fault, so that it is not lost. */
export async function callNoticingEvent(work: () => Promise<unknown>): Promise<void> {
  const noticed: NoticedError = {};
  try {
    await calls.run(noticed, work);
  } catch (error) {
    throw error instanceof Error ? error : asError(noticed.error ?? error);
  }
}

function refusalOf(error: unknown): Rejection | undefined {
  const { getError } = (error ?? {}) as { getError?: () => unknown };
  if (typeof getError === 'function') return ofRpc(getError.call(error));
  return error instanceof Error ? rejectionOf(error) : ofRpc(error);
}

/** What an `RpcException` says, or a filter returned; one that names a status from 500 on is a fault. */
function ofRpc(said: unknown): Rejection | undefined {
  if (typeof said !== 'object' || said === null) return new Rejection('rpc.exception', String(said));
  const { code, message, status, statusCode, ...facts } = said as Record<string, unknown>;
  if ([status, statusCode].some((number) => typeof number === 'number' && number >= 500)) return undefined;
  return new Rejection(typeof code === 'string' && code !== '' ? code : 'rpc.exception', typeof message === 'string' ? message : '', facts);
}

function isNestsOwn(error: unknown): boolean {
  const { status, message } = (error ?? {}) as { status?: unknown; message?: unknown };
  return !(error instanceof Error) && status === 'error' && message === UNKNOWN_ERROR;
}

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { message } = (error ?? {}) as { message?: unknown };
  return new Error(typeof message === 'string' ? message : JSON.stringify(error), { cause: error });
}
