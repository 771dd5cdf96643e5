import { MinosError } from '@minos/common';

/** A decorator of access names nothing. */
export class AccessInvalidError extends MinosError {
  readonly code = 'ACCESS_INVALID' as const;
  readonly retryable = false;

  constructor(decorator: string) {
    super(
      `@${decorator}() needs one name at least, and no empty one. A route without any of these decorators asks for a caller who is known; @Public() asks for nobody.`,
      {
        details: { decorator },
      },
    );
  }
}
