import { DatabaseRefusedError, DatabaseUnavailableError, StatementTimeoutError, type UnavailablePhase } from './database.errors.js';

/** Server states that end the connection or show that it cannot be had now. */
const UNAVAILABLE_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '53300']);
const REFUSED_CLASSES = new Set(['28', '3D']);
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|Connection ended)/;
/** Serialization failure and deadlock: what was asked was all right and may be asked again. */
const TRANSIENT_STATES = new Set(['40001', '40P01']);
const CACHED_PLAN = /cached plan must not change result type/;

/** Whether the connection is gone or cannot be had, so that the statement's fate is decided by the connection and not by the server's answer. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = asCoded(error);
  if (code !== undefined && (UNAVAILABLE_STATES.has(code) || SOCKET_CODES.has(code) || /^08\w{3}$/.test(code))) return true;
  return LOST_CONNECTION.test(message);
}

/** Whether a connection must not be used again although the server still answers on it: its prepared statements are out of date or gone. */
export function spoilsConnection(error: unknown): boolean {
  const { code, message } = asCoded(error);
  return code === '26000' || (code === '0A000' && CACHED_PLAN.test(message)) || isUnavailable(error);
}

/** Whether the database gave a statement up, and its transaction with it, for the sake of another one. */
export function isTransient(error: unknown): boolean {
  const { code } = asCoded(error);
  return code !== undefined && TRANSIENT_STATES.has(code);
}

/** The typed error for what the driver threw; other errors of the server come back as they are. */
export function typedError(error: unknown, phase: UnavailablePhase, target: string): Error {
  const { code, message } = asCoded(error);
  if (phase === 'connect' && code !== undefined && REFUSED_CLASSES.has(code.slice(0, 2))) {
    return new DatabaseRefusedError(
      `${target} refused the login: ${message}. Check user, password and database of the connection string.`,
      {
        cause: error,
      },
    );
  }
  if (isUnavailable(error)) return unavailable(error, phase, target);
  if (code === '57014' && !message.includes('user request')) {
    return new StatementTimeoutError(
      `${target} stopped a statement that ran for longer than statementTimeoutMs: ${message}. Make it cheaper, or raise the option.`,
      { cause: error },
    );
  }
  return error as Error;
}

const WHAT_HAPPENED: Readonly<Record<UnavailablePhase, string>> = {
  connect: 'cannot be reached',
  statement: 'was lost while a statement ran, whose outcome is unknown unless it was part of a transaction',
  commit: 'was lost during COMMIT; whether the transaction was stored is unknown until it is looked up',
};

function unavailable(error: unknown, phase: UnavailablePhase, target: string): DatabaseUnavailableError {
  const { code, message } = asCoded(error);
  const reason = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  const advice = phase === 'connect' ? ' Check that the server runs, and host and port of the connection string.' : '';
  return new DatabaseUnavailableError(`${target} ${WHAT_HAPPENED[phase]} (${reason}).${advice}`, phase, { cause: error });
}

/** By shape: errors of the driver and of sockets may come from another realm, where `instanceof` says no. */
function asCoded(error: unknown): { code: string | undefined; message: string } {
  if (typeof error !== 'object' || error === null) return { code: undefined, message: String(error) };
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : undefined, message: typeof message === 'string' ? message : '' };
}
