import { isMinosError, type Principal } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import { MessageUnsoundError } from './consumer.errors.js';
import { isPromise } from './is-promise.js';
import { unsoundness } from './message-soundness.js';
import type { PartitionLife } from './partition-life.js';
import { isQuarantined, released } from './quarantine.js';

/** Whether a message may come near a handler. Nothing but its headers has been looked at. */
export type Admitted = { readonly principal: Principal | undefined } | { readonly refused: Error };

type Answer = Principal | undefined | Promise<Principal | undefined>;

const REFUSALS = ['PRINCIPAL_REFUSED', 'PRODUCER_NOT_OWNER'] as const;
const UNCHECKED: Admitted = { principal: undefined };

/** Lets in what is sound and comes from whom it says. Waits for as long as that cannot be told. */
export class Admission {
  constructor(
    private readonly life: PartitionLife,
    private readonly trust: MessageTrust | undefined,
  ) {}

  /** A message of the broker. */
  admit(stored: StoredMessage): Admitted | Promise<Admitted> {
    const unsound = unsoundness(stored);
    if (unsound !== undefined) return { refused: unsound };
    const { trust } = this;
    return trust === undefined ? UNCHECKED : this.ask(() => trust.check(stored));
  }

  /** A parked message: one that was refused is checked as if it came now, any other was let in when it came. */
  async readmit(parked: StoredMessage): Promise<Admitted & { readonly stored: StoredMessage }> {
    const { trust } = this;
    if (!isQuarantined(parked)) {
      const admitted = trust === undefined ? UNCHECKED : await this.ask(() => trust.recall(parked));
      return { ...admitted, stored: parked };
    }
    const stored = released(parked);
    if (stored === undefined) return { refused: new MessageUnsoundError(parked, 'its key was none that could be kept'), stored: parked };
    return { ...(await this.admit(stored)), stored };
  }

  private ask(call: () => Answer): Admitted | Promise<Admitted> {
    let answer: Answer;
    try {
      answer = call();
    } catch (error) {
      answer = Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return isPromise(answer) ? this.wait(answer, call) : { principal: answer };
  }

  private async wait(first: Promise<Principal | undefined>, call: () => Answer): Promise<Admitted> {
    let begun: typeof first | undefined = first;
    const next = async (): Promise<Principal | undefined> => {
      const asked = begun ?? call();
      begun = undefined;
      return asked;
    };
    try {
      return { principal: await this.life.insist(next, ...REFUSALS) };
    } catch (error) {
      if (isMinosError(error) && REFUSALS.some((code) => code === error.code)) return { refused: error };
      throw error;
    }
  }
}
