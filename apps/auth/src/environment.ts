import type { LogLevel } from '@nestjs/common';

/** What the process is told by its environment; the rest is read by the modules that it concerns. */
export interface Environment {
  readonly port: number;
  readonly host: string;
  readonly logLevels: LogLevel[];
  /** Whose word about the client's address is taken, beside that of the gateway: addresses, networks, or names such as `loopback`. */
  readonly trustedProxies: readonly string[];
}

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const DEFAULT_PORT = 8082;
const PROXY = /^(?:loopback|linklocal|uniquelocal|[0-9a-f.:]+(?:\/\d{1,3})?)$/i;

/** Reads and checks the environment; throws with all that is wrong with it. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const faults: string[] = [];
  const port = Number(env['AUTH_PORT'] ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) faults.push(`AUTH_PORT is "${env['AUTH_PORT']}"; give a port from 0 to 65535`);
  const logLevels = levelsOf(env['LOG_LEVEL'] ?? 'log', faults);
  const trustedProxies = proxiesOf(env['AUTH_TRUSTED_PROXIES'] ?? '', faults);
  if (faults.length > 0) throw new Error(`The environment does not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return { port, host: env['HOST'] ?? '127.0.0.1', logLevels, trustedProxies };
}

function levelsOf(text: string, faults: string[]): LogLevel[] {
  const at = LEVELS.indexOf((text === 'info' ? 'log' : text) as LogLevel);
  if (at < 0) faults.push(`LOG_LEVEL is "${text}"; give one of ${LEVELS.join(', ')}`);
  return LEVELS.slice(0, at + 1);
}

function proxiesOf(text: string, faults: string[]): readonly string[] {
  if (text === '') return [];
  const proxies = text.split(',').map((part) => part.trim());
  if (!proxies.every((part) => PROXY.test(part)))
    faults.push(`AUTH_TRUSTED_PROXIES is "${text}"; give addresses or networks separated by commas, or loopback`);
  return proxies;
}
