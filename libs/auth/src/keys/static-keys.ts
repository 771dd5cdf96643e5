import { type OptionFault, OptionsInvalidError } from '@minos/common';
import type { KeySource, PublishedKey } from '../contracts/keys.js';
import { readKeySet } from './published-keys.js';

/** Keys that are given and never change. */
export class StaticKeys implements KeySource {
  private readonly keys: ReadonlyMap<string, PublishedKey>;

  /** Takes the document of a key set. Throws `OPTIONS_INVALID` where a key in it cannot be used. */
  constructor(document: unknown) {
    const read = readKeySet(document);
    const faults: OptionFault[] = (read?.ignored ?? ['it is no key set: { "keys": […] }']).map((message) => ({ path: 'keys', message }));
    if (read === undefined || faults.length > 0) throw new OptionsInvalidError('StaticKeys', faults);
    this.keys = read.keys;
  }

  key(kid: string): PublishedKey | undefined {
    return this.keys.get(kid);
  }
}
