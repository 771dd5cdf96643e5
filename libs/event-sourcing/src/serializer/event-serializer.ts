import { decodeMessage, encodeMessage, uuidv7 } from '@minos/common';
import type { MessageClass, MessageRegistry } from '@minos/common';
import type { EventMetadata, NewEvent, RecordedEvent } from '../contracts/event-store.js';
import { resolveSerializerOptions, type EventSerializerOptions } from './event-serializer-options.js';
import { EventTooNewError, UnknownEventError } from './serializer.errors.js';

/** Events between their classes and what a store holds: durable name, schema version, JSON. */
export class EventSerializer {
  readonly registry: MessageRegistry;
  private readonly options: EventSerializerOptions;

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: EventSerializerOptions) {
    this.options = resolveSerializerOptions(options);
    this.registry = this.options.registry;
  }

  /** The event as it is stored, with a new id. Throws `UNKNOWN_EVENT`, or `PAYLOAD_REFUSED` with the path of what JSON cannot carry. */
  serialize(event: object, metadata: EventMetadata): Required<NewEvent> {
    const type = event.constructor as unknown as MessageClass;
    if (!this.registry.has(type)) throw UnknownEventError.ofClass(type.name);
    const known = this.registry.ofClass(type);
    if (known.kind !== 'event') throw UnknownEventError.ofKind(type.name, known.kind);
    return { id: uuidv7(), type: known.name, schemaVersion: known.version, data: encodeMessage(event, known, this.options), metadata };
  }

  /**
   * The event as code sees it today: usually one, several where an upcaster split it, none where one drops it. Throws `UNKNOWN_EVENT` and
   * `EVENT_TOO_NEW`; never skips in silence what it does not know.
   */
  deserialize(recorded: RecordedEvent): object[] {
    const { upcasters } = this.options;
    if (!upcasters) return [this.decode(recorded)];
    return upcasters.upcast(recorded).map((event) => this.decode(event));
  }

  private decode({ type, schemaVersion, data, stream, version }: RecordedEvent): object {
    const known = this.registry.find(type, schemaVersion);
    if (known?.kind === 'event') return decodeMessage(known.target as MessageClass<object>, data, this.options);
    const newest = this.registry.find(type)?.version ?? 0;
    if (newest > 0 && schemaVersion > newest) throw new EventTooNewError(type, schemaVersion, newest, { stream, version });
    throw UnknownEventError.ofStored(type, schemaVersion, newest, { stream, version });
  }
}
