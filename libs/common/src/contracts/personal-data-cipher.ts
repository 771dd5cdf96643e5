import type { JsonValue } from './json.js';

/** Where a personal value stands. */
export interface PersonalField {
  /** Durable name of the message. */
  readonly message: string;
  readonly property: string;
  /** Id of the person it is about: the value of the property that `@Personal({ subject })` names. */
  readonly subject: string;
}

/**
 * Encrypts what `@Personal` marks, before it is stored or sent. Synchronous, because it runs while events are appended and folded: an
 * implementation holds the keys of the subjects in memory. `open(seal(x))` is `x`; a value whose key was deleted opens as whatever the
 * implementation puts in its place. Without one, personal values are stored as they are.
 */
export interface PersonalDataCipher {
  seal(value: JsonValue, field: PersonalField): JsonValue;
  open(value: JsonValue, field: PersonalField): JsonValue;
}
