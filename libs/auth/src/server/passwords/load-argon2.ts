import type { Argon2 } from './password-hasher.js';

/** By `require`, and only where passwords are hashed: the package is optional. Its default algorithm is argon2id. */
export function loadArgon2(): Argon2 {
  try {
    return require('@node-rs/argon2') as Argon2;
  } catch (error) {
    throw new Error('Passwords need the package @node-rs/argon2: run "npm install @node-rs/argon2".', { cause: error });
  }
}
