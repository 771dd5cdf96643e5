import { Public } from '@minos/common';

/** Pages anybody may read outside production; there the guard of `@minos/auth`, where the service has it, asks for a caller who is known. */
export function OpenPage(): ClassDecorator {
  return process.env['NODE_ENV'] === 'production' ? () => undefined : Public();
}
