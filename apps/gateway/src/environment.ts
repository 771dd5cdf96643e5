import { durationOf } from '@minos/common';
import type { LogLevel } from '@nestjs/common';

/** What the process is told by its environment. */
export interface Environment {
  readonly port: number;
  readonly host: string;
  readonly logLevels: LogLevel[];
  readonly adapter: 'express' | 'fastify';
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly accessLog: boolean;
  /** How long readiness is red before anything stops, in milliseconds. */
  readonly shutdownDelay: number;
}

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const DEFAULT_PORT = '8080';

/** Reads and checks the environment; throws with all that is wrong with it. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const faults: string[] = [];
  const environment: Environment = {
    port: portOf(env, faults),
    host: env['HOST'] ?? '127.0.0.1',
    logLevels: logLevelsOf(env, faults),
    adapter: oneOf(['express', 'fastify'], env, 'GATEWAY_ADAPTER', faults),
    accessLog: oneOf(['on', 'off'], env, 'GATEWAY_ACCESS_LOG', faults) === 'on',
    shutdownDelay: shutdownDelayOf(env, faults),
    trustedProxies: listOf(env['GATEWAY_TRUSTED_PROXIES']),
    corsOrigins: listOf(env['GATEWAY_CORS_ORIGINS']),
  };
  if (faults.length > 0) throw new Error(`The environment does not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return environment;
}

function portOf({ GATEWAY_PORT = DEFAULT_PORT }: NodeJS.ProcessEnv, faults: string[]): number {
  const port = Number(GATEWAY_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) faults.push(`GATEWAY_PORT is "${GATEWAY_PORT}"; give a port from 0 to 65535`);
  return port;
}

function logLevelsOf({ LOG_LEVEL = 'log' }: NodeJS.ProcessEnv, faults: string[]): LogLevel[] {
  const level = LOG_LEVEL === 'info' ? 'log' : LOG_LEVEL;
  const at = LEVELS.indexOf(level as LogLevel);
  if (at < 0) faults.push(`LOG_LEVEL is "${LOG_LEVEL}"; give one of ${LEVELS.join(', ')}`);
  return LEVELS.slice(0, at + 1);
}

function shutdownDelayOf({ GATEWAY_SHUTDOWN_DELAY = '0ms' }: NodeJS.ProcessEnv, faults: string[]): number {
  const delay = durationOf(GATEWAY_SHUTDOWN_DELAY);
  if (delay === undefined) faults.push(`GATEWAY_SHUTDOWN_DELAY is "${GATEWAY_SHUTDOWN_DELAY}"; give a duration such as 15s`);
  return delay ?? 0;
}

/** The first is the default. */
function oneOf<const T extends string>(choices: readonly [T, T], env: NodeJS.ProcessEnv, name: string, faults: string[]): T {
  const given = env[name] ?? choices[0];
  const found = choices.find((choice) => choice === given);
  if (found === undefined) faults.push(`${name} is "${given}"; give ${choices.join(' or ')}`);
  return found ?? choices[0];
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
