import { MinosError } from '../errors/minos-error.js';
import type { MessageMetadata } from './message-metadata.js';

/** A class that should be a message has no durable name. */
export class MessageUnnamedError extends MinosError {
  readonly code = 'MESSAGE_UNNAMED' as const;
  readonly retryable = false;

  constructor(className: string) {
    super(
      `The class ${className} has no durable name, so it can be neither stored nor sent. ` +
        `Decorate it with @Event('…'), @Command('…') or @Query('…') from @minos/common; a name is not inherited.`,
      { details: { className } },
    );
  }
}

/** A class that this application does not know was to be stored or sent. */
export class MessageUnknownError extends MinosError {
  readonly code = 'MESSAGE_UNKNOWN' as const;
  readonly retryable = false;

  constructor({ kind, name, target }: MessageMetadata) {
    super(
      `The ${kind} "${name}" (class ${target.name}) is not known to this application. ` +
        `Make it known: MinosModule.forFeature({ messages: [${target.name}] }), or name it in an @On, @When or handler of the feature.`,
      { details: { kind, name, className: target.name } },
    );
  }
}

/** Data came with a name or version that this application has no class for. */
export class MessageNameUnknownError extends MinosError {
  readonly code = 'MESSAGE_NAME_UNKNOWN' as const;
  readonly retryable = false;

  constructor(name: string, version: number | undefined, versions: readonly number[]) {
    const wanted = version === undefined ? `"${name}"` : `"${name}" in version ${version}`;
    const known =
      versions.length > 0 ? ` Known versions of it: ${versions.join(', ')}; add an upcaster or the class.` : ' Register its class.';
    super(`No class of this application has the durable name ${wanted}.${known}`, { details: { name, version, versions } });
  }
}
