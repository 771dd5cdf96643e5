import { framed, type SealedMessage } from '@minos/common';

/** What a signature is for stands in it, so that none can be used for the other. */
const [CLAIMS, SEAL, BATCH] = ['minos.claims.v2', 'minos.seal.v2', 'minos.batch.v2'];
const NOTHING = new Uint8Array();

/** That a producer states these claims. */
export function claimsStatement(kid: string, producer: string, claims: string): Buffer {
  return Buffer.from(framed([CLAIMS, kid, producer, claims]));
}

/** That a producer published this message with these claims; the body stands behind the text. */
export function sealStatement(
  kid: string,
  { messageId, producer, content }: SealedMessage,
  principal: string,
): { readonly text: string; readonly body: Uint8Array } {
  const kind = content === undefined ? 'bare' : 'content';
  return { text: framed([SEAL, kind, kid, producer, messageId, principal, ...(content?.texts ?? [])]), body: content?.body ?? NOTHING };
}

/** That a producer published all messages of this tree. */
export function batchStatement(kid: string, producer: string, root: string): Buffer {
  return Buffer.from(framed([BATCH, kid, producer, root]));
}
