import { MinosError } from '@minos/common';
import type { EventShape } from './upcaster.js';

/** The upcasters do not form chains that end in known events; found at boot, all faults at once. */
export class UpcastersInvalidError extends MinosError {
  readonly code = 'UPCASTERS_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(`The upcasters do not fit together:\n${faults.map((fault) => `- ${fault}`).join('\n')}`, { details: { faults } });
  }
}

/** An upcaster threw on a stored event. */
export class UpcastFailedError extends MinosError {
  readonly code = 'UPCAST_FAILED' as const;
  readonly retryable = false;

  constructor(from: EventShape, event: { readonly stream: string; readonly version: number }, cause: unknown) {
    super(
      `The upcaster from ${from.type} version ${from.version} threw on the stored event of stream ${event.stream}, version ${event.version}. ` +
        `Make it cope with every event that was stored in this shape.`,
      { cause, details: { type: from.type, schemaVersion: from.version, stream: event.stream, version: event.version } },
    );
  }
}
