import { DurableNames, type NameClaim, type RecordedNames } from '../names/durable-names.js';
import { messageMetadataOf, type MessageClass, type MessageMetadata } from './message-metadata.js';
import { MessageNameUnknownError, MessageUnknownError, MessageUnnamedError } from './message.errors.js';

/**
 * The messages and durable names of one application: made at its boot, read while it runs. Nothing of it is static, so several
 * applications in one process do not meet.
 */
export class MessageRegistry {
  private readonly byTarget = new Map<unknown, MessageMetadata>();
  private readonly byName = new Map<string, Map<number, MessageMetadata>>();
  private readonly durable = new DurableNames();

  /** Makes message classes known; again for a known class does nothing. Throws `MESSAGE_UNNAMED`, `NAME_CLASH`, `NAME_INVALID`. */
  register(...classes: readonly MessageClass[]): this {
    for (const target of classes) {
      const metadata = messageMetadataOf(target);
      if (metadata === undefined) throw new MessageUnnamedError(target.name);
      this.durable.claim(metadata);
      this.byTarget.set(target, metadata);
      const versions = this.byName.get(metadata.name) ?? new Map<number, MessageMetadata>();
      this.byName.set(metadata.name, versions.set(metadata.version, metadata));
    }
    return this;
  }

  /** Claims the durable name of something that is no message: an aggregate, projection, saga or consumer. Throws `NAME_CLASH`, `NAME_INVALID`. */
  claimName(claim: NameClaim): this {
    this.durable.claim(claim);
    return this;
  }

  /** Says that an upcaster reads this version of an event, so that no class needs to have it. */
  keepReadable(event: string, version: number): this {
    this.durable.keepReadable(event, version);
    return this;
  }

  has(target: MessageClass): boolean {
    return this.byTarget.has(target);
  }

  /** Of a message by its class. Throws `MESSAGE_UNKNOWN`, or `MESSAGE_UNNAMED` where the class has no name at all. */
  of(message: object): MessageMetadata {
    return this.ofClass(message.constructor as unknown as MessageClass);
  }

  /** The same by the class itself. */
  ofClass(target: MessageClass): MessageMetadata {
    const known = this.byTarget.get(target);
    if (known !== undefined) return known;
    const metadata = messageMetadataOf(target);
    throw metadata === undefined ? new MessageUnnamedError(target.name) : new MessageUnknownError(metadata);
  }

  /** By durable name; without a version the newest. */
  find(name: string, version?: number): MessageMetadata | undefined {
    const versions = this.byName.get(name);
    if (versions === undefined) return undefined;
    return versions.get(version ?? Math.max(...versions.keys()));
  }

  /** The same, but throws `MESSAGE_NAME_UNKNOWN` where there is none. */
  get(name: string, version?: number): MessageMetadata {
    const found = this.find(name, version);
    if (found === undefined) throw new MessageNameUnknownError(name, version, [...(this.byName.get(name)?.keys() ?? [])]);
    return found;
  }

  /** All message classes, in the order of their registration. */
  all(): readonly MessageMetadata[] {
    return [...this.byTarget.values()];
  }

  /** The contents of `minos.names.json`. */
  names(): RecordedNames {
    return this.durable.recorded();
  }
}
