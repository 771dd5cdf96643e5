import { createHash, timingSafeEqual } from 'node:crypto';
import { option, validateOptions } from '@minos/common';

export interface ManagementSettings {
  /** Whether anybody is let in. */
  readonly open: boolean;
  /** Whether this is the token of `MINOS_MANAGEMENT_TOKEN`; takes as long for any text. */
  isToken(text: string): boolean;
}

const SHORTEST = 32;
const TOKEN = new RegExp(`^[\\w\\-.~+/]{${SHORTEST},}=*$`);
const FIELDS = {
  MINOS_MANAGEMENT_TOKEN: option
    .custom<string>(`${SHORTEST} characters at least of A-Z a-z 0-9 - . _ ~ + /`, (value) => typeof value === 'string' && TOKEN.test(value))
    .secret()
    .optional(),
};

/** Open outside production. Throws `OPTIONS_INVALID` where the token is one that could be guessed, or that no `Authorization` can carry; an empty variable is none. */
export function managementSettings({ NODE_ENV, MINOS_MANAGEMENT_TOKEN: given }: NodeJS.ProcessEnv): ManagementSettings {
  const { MINOS_MANAGEMENT_TOKEN: token } = validateOptions('the environment', FIELDS, { MINOS_MANAGEMENT_TOKEN: given || undefined });
  const known = token === undefined ? undefined : digest(token);
  return { open: NODE_ENV !== 'production', isToken: (text) => known !== undefined && timingSafeEqual(known, digest(text)) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
