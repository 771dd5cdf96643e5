import { MinosError } from '@minos/common';

/** Where a stored event stands. */
interface Place {
  readonly stream: string;
  readonly version: number;
}

/** An event whose class (when it is appended) or name (when it is read) this application does not know. */
export class UnknownEventError extends MinosError {
  readonly code = 'UNKNOWN_EVENT' as const;
  readonly retryable = false;

  static ofClass(className: string): UnknownEventError {
    const fix = `Decorate it with @Event('…'), and name it in an @On or list it: MinosModule.forFeature({ messages: [${className}] }).`;
    return new UnknownEventError(`The class ${className} is no known event of this application, so it cannot be stored. ${fix}`, {
      details: { className },
    });
  }

  static ofKind(className: string, kind: string): UnknownEventError {
    return new UnknownEventError(
      `${className} is a ${kind} and was applied as an event. Apply a class that is decorated with @Event('…').`,
      {
        details: { className, kind },
      },
    );
  }

  static ofStored(type: string, schemaVersion: number, newest: number, place: Place): UnknownEventError {
    const fix =
      newest > 0
        ? `The newest known version of it is ${newest}: write the upcaster, upcast('${type}', ${schemaVersion}).to(…).`
        : `Register its class (an @On that names it, or MinosModule.forFeature({ messages: […] })), or write an upcaster that renames or drops it.`;
    return new UnknownEventError(
      `The stored event ${type}, version ${schemaVersion} (stream ${place.stream}, version ${place.version}) has no class in this application. ${fix}`,
      { details: { type, schemaVersion, ...place } },
    );
  }
}

/** A stored event is newer than this program: it was written by a later release. */
export class EventTooNewError extends MinosError {
  readonly code = 'EVENT_TOO_NEW' as const;
  readonly retryable = false;

  constructor(type: string, schemaVersion: number, newest: number, place: Place) {
    super(
      `The stored event ${type} (stream ${place.stream}, version ${place.version}) has the schema version ${schemaVersion}; this program knows it up to ${newest}. ` +
        `Deploy what reads a new version before what writes it.`,
      { details: { type, schemaVersion, newest, ...place } },
    );
  }
}
