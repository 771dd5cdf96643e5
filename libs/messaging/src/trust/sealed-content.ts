import type { BrokerMessage } from '../contracts/broker.js';

/** Headers of the claim set and of the seal. */
export const PRINCIPAL_HEADER = 'ce_principal';
export const SEAL_HEADER = 'ce_seal';

/** What a seal binds besides id and producer: the place, every CloudEvents attribute, in any case of letters and whoever added it, and the body. */
export function sealedContent({ channel, key, headers, body }: BrokerMessage): {
  readonly texts: readonly string[];
  readonly body: Uint8Array;
} {
  const texts = [channel, key];
  for (const name of inOrder(Object.keys(headers))) {
    if (!isAttribute(name) || name === PRINCIPAL_HEADER || name === SEAL_HEADER) continue;
    texts.push(name, headers[name] ?? '');
  }
  return { texts, body };
}

/** Brokers may change the order of headers. Most do not, and then there is nothing to sort. */
export function inOrder(names: string[]): readonly string[] {
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] ?? '') > (names[index] ?? '')) return names.sort();
  }
  return names;
}

/** `ce_` in any case of letters, as readers take it. */
function isAttribute(name: string): boolean {
  return name.startsWith('ce_') || (name[2] === '_' && name.slice(0, 3).toLowerCase() === 'ce_');
}
