import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** Inside the repository, so that packages are found as ever. */
const PLACE = resolve(__dirname, '../../.minos');

/** Compiled copies of the files of this folder. */
export class HeroesFiles {
  private constructor(readonly folder: string) {}

  static async make(): Promise<HeroesFiles> {
    await mkdir(PLACE, { recursive: true });
    return new HeroesFiles(await mkdtemp(join(PLACE, 'drop-in-')));
  }

  /** Compiles a file of this folder after a change of its text, and resolves with where it is. */
  async compile(source: string, as: string, change: (text: string) => string = (text) => text): Promise<string> {
    const text = change(await readFile(join(__dirname, source), 'utf8'));
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2023,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        esModuleInterop: true,
      },
    });
    const file = join(this.folder, `${as}.js`);
    await writeFile(file, outputText);
    return file;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A process that serves heroes. */
export class HeroesProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(main: string, heroes: string, env: NodeJS.ProcessEnv = {}): Promise<HeroesProcess> {
    const child = fork(main, [heroes], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const url = await new Promise<string>((told, failed) => {
      child.once('message', (message) => told(message as string));
      child.once('exit', (code) => failed(new Error(`The process ended with ${code}:\n${errors}`)));
    });
    return new HeroesProcess(child, url);
  }

  async killDragon(hero: string): Promise<number> {
    return (await fetch(`${this.url}/heroes/${hero}/dragon`, { method: 'POST' })).status;
  }

  async items(hero: string): Promise<readonly string[]> {
    return (await (await fetch(`${this.url}/heroes/${hero}/items`)).json()) as readonly string[];
  }

  /** As a crash would end it. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
