import { DatabaseUrlInvalidError, DatabaseUrlMissingError, PackageMissingError } from '../boot/boot.errors.js';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { createDatabase, databaseOn } from './create-database.js';

/** The database of a service, and how to give a server back that was started for it. */
export interface LocatedDatabase {
  readonly url: string;
  /** For people: which server, which database; without user and password. */
  readonly description: string;
  release(): Promise<void>;
}

type Embedded = typeof import('@minos/embedded-postgres');

/** The configured server, else `DATABASE_URL`, else the embedded one, which production refuses. */
export async function locateDatabase(options: ResolvedMinosOptions): Promise<LocatedDatabase> {
  const configured = options.database.url ?? process.env['DATABASE_URL'];
  if (configured === undefined || configured === '') return startEmbedded(options);
  // Node's own error would show the URL with its password.
  if (!/^postgres(ql)?:/.test(configured) || !URL.canParse(configured)) throw new DatabaseUrlInvalidError();
  const url = await databaseOf(configured, options);
  return { url, description: `PostgreSQL at ${describe(url)}`, release: () => Promise.resolve() };
}

/** In production somebody with the right to do it has made the service's database; elsewhere we do. */
async function databaseOf(serverUrl: string, { database, production }: ResolvedMinosOptions): Promise<string> {
  if (database.name === undefined) return serverUrl;
  return production ? databaseOn(serverUrl, database.name) : createDatabase(serverUrl, database.name);
}

async function startEmbedded({ production, database, service }: ResolvedMinosOptions): Promise<LocatedDatabase> {
  if (production) throw new DatabaseUrlMissingError();
  const { startPostgres } = loadEmbedded();
  // Nest closes the application on a signal; the server goes last, with the storage.
  const server = await startPostgres({ handleSignals: false });
  try {
    const url = await createDatabase(server.url, database.name ?? service.replaceAll('-', '_'));
    const version = server.version === undefined ? '' : ` ${server.version}`;
    return { url, description: `embedded PostgreSQL${version} at ${describe(url)}`, release: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** By `require`: plain Jest refuses `import()` in CommonJS. */
function loadEmbedded(): Embedded {
  try {
    return require('@minos/embedded-postgres') as Embedded;
  } catch (error) {
    if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND') throw error;
    throw new PackageMissingError('@minos/embedded-postgres', 'Running without DATABASE_URL', error);
  }
}

function describe(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}
