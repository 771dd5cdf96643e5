import { STATUS_CODES } from 'node:http';
import { isMinosError, isRejection, type MinosError } from '@minos/common';
import { HttpException } from '@nestjs/common';
import type { ProblemDocument, ProblemField } from './problem-document.js';
import { CLIENT_PROBLEM_DETAILS, type ProblemStatuses, SERVER_PROBLEM_DETAILS } from './problem-statuses.js';

/** A problem with what the answer's header and the log need to know. */
export interface Problem {
  readonly document: ProblemDocument;
  /** Seconds for `Retry-After`; `undefined` where trying again does not help. */
  readonly retryAfter: number | undefined;
}

const RETRY_AFTER_SECONDS = 1;
const TOO_LARGE = { code: 'PAYLOAD_REFUSED', errors: [{ path: '', message: 'is larger than a body may be' }] };
const INTERNAL = 'The request could not be handled because of a fault on our side.';

/** What a client is told about `error`. */
export function toProblem(error: unknown, statuses: ProblemStatuses): Problem {
  if (error instanceof HttpException) return { document: httpDocument(error), retryAfter: retryAfterOf(error) };
  if (isRejection(error))
    return { document: make(own(statuses, error.code) ?? 409, error.message, { code: error.code }), retryAfter: undefined };
  if (isMinosError(error)) return minosProblem(error, statuses);
  const status = clientStatusOf(error);
  if (status !== undefined)
    return { document: make(status, STATUS_CODES[status] ?? 'Refused', status === 413 ? TOO_LARGE : {}), retryAfter: undefined };
  return { document: make(500, INTERNAL), retryAfter: undefined };
}

function minosProblem(error: MinosError, statuses: ProblemStatuses): Problem {
  const status = statusOf(error, statuses);
  const detail = status < 500 ? clientDetail(error) : (SERVER_PROBLEM_DETAILS[error.code] ?? INTERNAL);
  const again = error.retryable && (status === 503 || status === 409);
  return { document: make(status, detail, { code: error.code, ...fieldsOf(error) }), retryAfter: again ? RETRY_AFTER_SECONDS : undefined };
}

function clientDetail({ code, details, message }: MinosError): string {
  const { aggregate, id } = details;
  return CLIENT_PROBLEM_DETAILS[code]?.(`${String(aggregate)} "${String(id)}"`) ?? message;
}

function statusOf(error: MinosError, statuses: ProblemStatuses): number {
  if (error.code === 'PAYLOAD_REFUSED' && error.details['reason'] === 'payload.size') return 413;
  return own(statuses, error.code) ?? (error.retryable ? 503 : 500);
}

/** A code may be any text, also `constructor`. */
function own(statuses: ProblemStatuses, code: string): number | undefined {
  return Object.hasOwn(statuses, code) ? statuses[code] : undefined;
}

function make(status: number, detail: string, more: { code?: string; errors?: readonly ProblemField[] } = {}): ProblemDocument {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code: codeOfStatus(status), ...more };
}

/** So that every problem has a code: `HTTP_` and the name of the status. */
function codeOfStatus(status: number): string {
  return `HTTP_${(STATUS_CODES[status] ?? String(status)).toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
}

function httpDocument(error: HttpException): ProblemDocument {
  const status = error.getStatus();
  const body = error.getResponse();
  const detail = status < 500 ? error.message : INTERNAL;
  if (status === 413) return make(status, detail, { ...TOO_LARGE });
  if (typeof body !== 'object') return make(status, detail);
  const { message, errors, code } = body as { message?: unknown; errors?: unknown; code?: unknown };
  const listed = isFieldList(errors)
    ? errors
    : Array.isArray(message)
      ? message.map((text) => ({ path: '', message: String(text) }))
      : undefined;
  return make(status, detail, { ...(typeof code === 'string' ? { code } : {}), ...(listed === undefined ? {} : { errors: listed }) });
}

function isFieldList(value: unknown): value is readonly ProblemField[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && 'path' in item && 'message' in item);
}

/** An error that names the place of what is wrong with a body becomes one field, or the list that a schema found. */
function fieldsOf({ message, details }: MinosError): { errors?: readonly ProblemField[] } {
  const { path, issues } = details;
  if (isFieldList(issues)) return { errors: issues };
  return typeof path === 'string' ? { errors: [{ path, message }] } : {};
}

function retryAfterOf(error: HttpException): number | undefined {
  return error.getStatus() === 503 || error.getStatus() === 429 ? RETRY_AFTER_SECONDS : undefined;
}

/** Errors of HTTP adapters and their plugins carry the status that they stand for; only client errors are believed. */
function clientStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  const claimed = typeof statusCode === 'number' ? statusCode : status;
  return typeof claimed === 'number' && claimed >= 400 && claimed < 500 ? claimed : undefined;
}
