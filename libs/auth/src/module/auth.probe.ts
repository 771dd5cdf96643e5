import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthClient } from '../client/auth-client.js';
import type { AuthParts } from './auth-parts.js';
import { AUTH_PARTS } from './tokens.js';

/**
 * Down where no token can be verified. While what is taken back cannot be followed the service works on, and says by what time a token that was taken back is over at the latest.
 */
@HealthProbe('auth')
@Injectable()
export class AuthProbe implements HealthProbe {
  constructor(@Inject(AUTH_PARTS) private readonly parts: AuthParts) {}

  check(): HealthProbeResult {
    const { client, verifier, longestLife } = this.parts;
    if (verifier === undefined) return { status: 'up', details: { authentication: 'off' } };
    if (client === undefined) return { status: 'up', details: { authentication: 'local' } };
    const { keys, ageMs } = client.keys.status;
    return {
      status: keys > 0 ? 'up' : 'down',
      details: { keys, ...(ageMs === undefined ? {} : { keysAgeMs: Math.round(ageMs) }), ...revocationsOf(client, longestLife) },
    };
  }
}

function revocationsOf({ revocations }: AuthClient, longestLife: number): Readonly<Record<string, unknown>> {
  const bound = { tokensEndWithinMs: longestLife };
  if (revocations === undefined) return { revocations: 'off', ...bound };
  const { state, forMs } = revocations.status;
  return state === 'following' ? { revocations: state } : { revocations: state, degradedForMs: Math.round(forMs), ...bound };
}
