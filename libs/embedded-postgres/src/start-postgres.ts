import { findBinaries } from './binaries/find-binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { resolveOptions, type ResolvedOptions, type StartPostgresOptions } from './options.js';
import { FileLock } from './server/file-lock.js';
import { initialise } from './server/initialise.js';
import { launch } from './server/launch.js';
import { findPostmaster } from './server/postmaster.js';
import { onProcessEnd } from './server/process-end.js';
import { serverUser, type ServerUser } from './server/run-as.js';
import { openHome, readState, writeState, type ServerHome } from './server/server-home.js';
import { shutDown, shutDownWithoutWaiting } from './server/shut-down.js';
import { Users } from './server/users.js';
import type { Binaries } from './binaries/binaries.js';

/** A server that can be used until `stop()`. */
export interface RunningPostgres {
  /** A superuser's URL, or `DATABASE_URL` as it was. */
  readonly url: string;
  readonly source: 'DATABASE_URL' | 'embedded' | 'path';
  /** Of the server, for example `18.4`; `undefined` for `DATABASE_URL`, which is not asked. */
  readonly version: string | undefined;
  /** Whether a server that was running before is used. */
  readonly reused: boolean;
  /** Where the server keeps its data and log; `undefined` for `DATABASE_URL`. */
  readonly folder: string | undefined;
  /** Gives the server back; the last process that uses it ends it. Idempotent. Does nothing to `DATABASE_URL`. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL server for development and tests: `DATABASE_URL` if it is set, else one of our own, from `@embedded-postgres/<platform>` or a
 * `postgres` on the PATH. Processes with the same folder share one server. It is a process of its own: it outlives whoever started it as long as
 * others use it, and ends with the last of them (by `stop()`, at the process's end, or on a signal). One that was left behind by killed
 * processes is used by the next start.
 *
 * Throws an {@link EmbeddedPostgresError}; refuses to start a server where `NODE_ENV` is `production`.
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<RunningPostgres> {
  const resolved = resolveOptions(options);
  const given = process.env['DATABASE_URL'];
  if (resolved.useDatabaseUrl && given !== undefined && given !== '') {
    return { url: given, source: 'DATABASE_URL', version: undefined, reused: true, folder: undefined, stop: () => Promise.resolve() };
  }
  refuseInProduction();
  const user = serverUser();
  const binaries = await findBinaries(user, resolved.onProgress);
  const home = openHome(resolved.directory, binaries.major, user, resolved.onProgress);
  const server = new SharedServer(home, new FileLock(home.lock), new Users(home.users));
  const reused = await server.join(binaries, user, resolved);
  const forget = onProcessEnd(server, resolved.handleSignals);
  return {
    url: server.url(),
    source: binaries.source,
    version: binaries.version,
    reused,
    folder: home.folder,
    stop: async () => {
      forget();
      await server.leave();
    },
  };
}

/** One process's part in a server that several processes use. */
class SharedServer {
  private place: string | undefined;

  constructor(
    private readonly home: ServerHome,
    private readonly lock: FileLock,
    private readonly users: Users,
  ) {}

  /** Resolves with whether the server was running. */
  join(binaries: Binaries, user: ServerUser, options: ResolvedOptions): Promise<boolean> {
    return this.lock.hold(options.startTimeoutMs * 2, async () => {
      const running = await this.findReady(options.startTimeoutMs);
      if (running) this.checkSettings(options);
      else await this.start(binaries, user, options);
      this.place = this.users.add();
      return running;
    });
  }

  async leave(): Promise<void> {
    const place = this.place;
    if (place === undefined) return;
    this.place = undefined;
    await this.lock.hold(60_000, async () => {
      this.users.remove(place);
      if (this.users.count() === 0) await shutDown(this.home.data);
    });
  }

  /** As {@link leave}, for the end of a process; where another process holds the lock, it or its successor ends the server. */
  leaveNow(): void {
    const place = this.place;
    if (place === undefined) return;
    this.place = undefined;
    this.users.remove(place);
    this.lock.tryHold(() => {
      if (this.users.count() === 0) shutDownWithoutWaiting(this.home.data);
    });
  }

  url(): string {
    const state = readState(this.home);
    return `postgres://postgres:${state?.password ?? ''}@127.0.0.1:${state?.port ?? 0}/postgres`;
  }

  private async findReady(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = findPostmaster(this.home.data);
      if (found === undefined) return false;
      if (found.ready) return this.takeOver(found.port);
      // A killed starter left it on its way up, or somebody told it to stop.
      if (Date.now() > deadline) {
        await shutDown(this.home.data);
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** The port in the server's own file holds where its starter was killed before it could write it down. */
  private takeOver(port: number | undefined): boolean {
    const state = readState(this.home);
    if (state === undefined || port === undefined) return false;
    if (state.port !== port) writeState(this.home, { ...state, port });
    return true;
  }

  private async start(binaries: Binaries, user: ServerUser, options: ResolvedOptions): Promise<void> {
    const begun = Date.now();
    if (readState(this.home) === undefined)
      options.onProgress(`Making a PostgreSQL ${binaries.version} server in ${this.home.folder} (once)`);
    await initialise(this.home, binaries, user);
    const state = readState(this.home);
    if (state === undefined) throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_START_FAILED', `${this.home.state} cannot be read.`);
    // Written before the start, so that whoever finds the server knows how it runs.
    writeState(this.home, { ...state, fsync: options.fsync });
    const port = await launch(this.home, binaries, user, { ...options, preferredPort: state.port });
    writeState(this.home, { ...state, fsync: options.fsync, port });
    options.onProgress(`PostgreSQL ${binaries.version} is up on 127.0.0.1:${port} after ${Date.now() - begun} ms`);
  }

  private checkSettings(options: ResolvedOptions): void {
    const fsync = readState(this.home)?.fsync ?? true;
    if (fsync === options.fsync) return;
    throw new EmbeddedPostgresError(
      'EMBEDDED_POSTGRES_SETTINGS_DIFFER',
      `The server of ${this.home.folder} runs with fsync ${fsync ? 'on' : 'off'}, this process wants it ${options.fsync ? 'on' : 'off'}. ` +
        'Stop the processes that use it, or name another folder with the option directory.',
    );
  }
}

function refuseInProduction(): void {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new EmbeddedPostgresError(
    'EMBEDDED_POSTGRES_IN_PRODUCTION',
    'DATABASE_URL is not set, and the embedded PostgreSQL is for development and tests: it is not started where NODE_ENV is production. ' +
      'Set DATABASE_URL to the address of a real server.',
  );
}
