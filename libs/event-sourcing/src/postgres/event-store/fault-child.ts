import type { StoppableServer } from './restart-load.js';
import { loadOverRestarts } from './restart-load.js';
import { confirmIn, openProcess } from './stale-rejections.js';

/** The other process of a fault test: does what its parent asks, and dies of a rejection that nobody handles. */
export type Task =
  | { readonly kind: 'confirm'; readonly id: string; readonly by: string; readonly url: string }
  | { readonly kind: 'load'; readonly url: string; readonly restarts: number };

interface Request {
  readonly number: number;
  readonly task: Task;
}

type Handlers = { readonly [K in Task['kind']]: (task: Extract<Task, { kind: K }>) => Promise<unknown> };

/** Answers requests of the parent process, which ends this one. */
export function serveParent(): void {
  let other: ReturnType<typeof openProcess> | undefined;
  const handlers: Handlers = {
    confirm: async ({ id, by, url }) => confirmIn(await (other ??= openProcess(url)))(id, by),
    load: ({ url, restarts }) => loadOverRestarts(serverOfParent(url), restarts),
  };
  process.on('message', ({ number, task }: Request) => {
    if (task === undefined) return;
    const answer = handlers[task.kind](task as never);
    void answer.then((result) => process.send?.({ number, result }));
  });
}

/** The server belongs to the parent, who stops and starts it. */
function serverOfParent(url: string): StoppableServer {
  const ask = (what: string): Promise<void> =>
    new Promise((resolve) => {
      const hear = (message: { readonly server?: string }): void => {
        if (message.server === undefined) return;
        process.off('message', hear);
        resolve();
      };
      process.on('message', hear);
      process.send?.({ server: what });
    });
  return { url, kill: (signal = 'SIGQUIT') => ask(signal), start: () => ask('start') };
}
