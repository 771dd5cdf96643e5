import { addressKey } from '@minos/common';

const MOST = 4_096;

/** What addresses count as, of those that were seen last: reading one takes longer than all the rest of a look at a limit. */
export class AddressKeys {
  private readonly known = new Map<string, string>();

  of(address: string): string {
    let key = this.known.get(address);
    if (key !== undefined) return key;
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(address, (key = addressKey(address)));
    return key;
  }
}
