import { RegistryDirectory } from '@minos/discovery';
import { sharedNow } from '../peer.js';

/** Something that watches the registry as a gateway does, in a process of its own. */
export interface Watcher {
  readonly calls: {
    /** When the instance was first seen in this release, or seen to be gone (`undefined`), in milliseconds; waits for it. */
    readonly when: (argument: { readonly instance: string; readonly version?: string }) => Promise<number>;
    /** How many instances it knows. */
    readonly known: () => number;
  };
  close(): Promise<void>;
}

const WITHIN_MS = 30_000;

export async function openWatcher({ urls }: { readonly urls: readonly string[] }): Promise<Watcher> {
  const directory = new RegistryDirectory({ urls, credential: { service: 'gateway', secret: 'bench' } });
  await directory.open(WITHIN_MS);
  /** The release of each instance, and when it was seen. */
  const seen = new Map<string, { readonly version: string | undefined; readonly at: number }>();
  directory.subscribe(({ instances }) => {
    const at = sharedNow();
    const gone = new Set(seen.keys());
    for (const { instance, version } of instances) {
      gone.delete(instance);
      if (seen.get(instance)?.version !== version) seen.set(instance, { version, at });
    }
    for (const instance of gone) if (seen.get(instance)?.version !== undefined) seen.set(instance, { version: undefined, at });
  });
  const when = async ({ instance, version }: { readonly instance: string; readonly version?: string }): Promise<number> => {
    const deadline = sharedNow() + WITHIN_MS;
    while (sharedNow() < deadline) {
      const found = seen.get(instance);
      if (found !== undefined && found.version === version) return found.at;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`The change of ${instance} was not seen within ${WITHIN_MS} ms.`);
  };
  return { calls: { when, known: () => directory.current.instances.length }, close: () => directory.close() };
}
