import type { AccessListener } from './access-entry.js';

/** A listener of an application, called where nobody else would catch what it throws, now or by a promise that it should not have answered: `failed` gets that, and the request is unharmed. */
export function guardedListener(listener: AccessListener, failed: (error: unknown) => void): AccessListener {
  return (entry) => {
    try {
      const outcome: unknown = listener(entry);
      if (outcome !== undefined) Promise.resolve(outcome).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
