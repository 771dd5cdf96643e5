import { MinosError, type MessageMetadata } from '@minos/common';

/** A command without an owner stays in the process: nobody would receive it. */
export class CommandOwnerMissingError extends MinosError {
  readonly code = 'COMMAND_OWNER_MISSING' as const;
  readonly retryable = false;

  constructor({ name, target }: MessageMetadata) {
    super(
      `The command ${name} (${target.name}) cannot be sent: its class does not say which service handles it. ` +
        `Write @Command('${name}', { owner: '<service>' }).`,
      { details: { command: name } },
    );
  }
}

/** A command whose key is empty or no text. */
export class CommandKeyMissingError extends MinosError {
  readonly code = 'COMMAND_KEY_MISSING' as const;
  readonly retryable = false;

  constructor({ name, target }: MessageMetadata) {
    super(
      `The command ${name} (${target.name}) has no key, so its order could not be kept. Give one: @Command('${name}', { key: '<property>' }), ` +
        'or send(command, { key }).',
      { details: { command: name } },
    );
  }
}
