import type { LogLevel } from '@nestjs/common';

/** What the process is told by its environment. */
export interface Environment {
  readonly port: number;
  readonly host: string;
  readonly logLevels: LogLevel[];
}

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const DEFAULT_PORT = 8081;

/** Reads and checks the environment; throws with all that is wrong with it. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const faults: string[] = [];
  const port = Number(env['DISCOVERY_PORT'] ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    faults.push(`DISCOVERY_PORT is "${env['DISCOVERY_PORT']}"; give a port from 0 to 65535`);
  const level = env['LOG_LEVEL'] === 'info' ? 'log' : (env['LOG_LEVEL'] ?? 'log');
  const at = LEVELS.indexOf(level as LogLevel);
  if (at < 0) faults.push(`LOG_LEVEL is "${env['LOG_LEVEL']}"; give one of ${LEVELS.join(', ')}`);
  if (faults.length > 0) throw new Error(`The environment does not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return { port, host: env['HOST'] ?? '127.0.0.1', logLevels: LEVELS.slice(0, at + 1) };
}
