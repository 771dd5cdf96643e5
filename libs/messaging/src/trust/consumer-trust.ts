import type { MessageVerifier, Principal } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import { headerOf } from '../consumer/header-of.js';
import { REPLY_TO } from '../request/request-place.js';
import { ANSWERS } from '../send/answer-message.js';
import { ANSWER_TO } from '../send/command-message.js';
import type { NameOwners } from './name-owners.js';
import { PRINCIPAL_HEADER, SEAL_HEADER, sealedContent } from './sealed-content.js';
import { PrincipalRefusedError } from './trust.errors.js';

const ANSWERS_HEADER = `ce_${ANSWERS}`;
const ANSWER_TO_HEADER = `ce_${ANSWER_TO}`;
const REPLY_TO_HEADER = `ce_${REPLY_TO}`;

/**
 * What a consumer asks of each message. With a verifier the source is proved, and with it the owner; without one messages are taken at their word, the owner is
 * checked all the same, and no claim set counts.
 */
export class ConsumerTrust implements MessageTrust {
  constructor(
    private readonly owners: NameOwners,
    private readonly verifier?: MessageVerifier,
  ) {}

  check(message: StoredMessage): Principal | undefined | Promise<Principal | undefined> {
    const source = headerOf(message, 'ce_source') ?? '';
    this.owners.demand({
      channel: message.channel,
      source,
      type: headerOf(message, 'ce_type') ?? '',
      answers: headerOf(message, ANSWERS_HEADER),
      answerTo: headerOf(message, ANSWER_TO_HEADER),
      replyTo: headerOf(message, REPLY_TO_HEADER),
    });
    if (this.verifier === undefined) return undefined;
    const messageId = headerOf(message, 'ce_id') ?? '';
    const principal = headerOf(message, PRINCIPAL_HEADER);
    const mac = headerOf(message, SEAL_HEADER);
    if (principal === undefined || mac === undefined) throw new PrincipalRefusedError(source, 'it has no seal');
    return this.verifier.verifyMessage({ messageId, producer: source, content: sealedContent(message) }, { principal, mac });
  }

  recall(message: StoredMessage): Principal | undefined | Promise<Principal | undefined> {
    if (this.verifier === undefined) return undefined;
    const source = headerOf(message, 'ce_source') ?? '';
    const principal = headerOf(message, PRINCIPAL_HEADER);
    if (principal === undefined) throw new PrincipalRefusedError(source, 'it has no claim set');
    return this.verifier.verifyClaims(source, principal);
  }
}
