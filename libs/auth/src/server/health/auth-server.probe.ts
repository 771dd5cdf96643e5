import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { SigningKeys } from '../keys/signing-keys.js';
import { RevocationFeed } from '../revocations/revocation-feed.js';

const STALE_MS = 5_000;

/** Whether the server can sign tokens and sees what is revoked. */
@HealthProbe('auth-server')
@Injectable()
export class AuthServerProbe implements HealthProbe {
  constructor(
    private readonly keys: SigningKeys,
    private readonly feed: RevocationFeed,
  ) {}

  async check(): Promise<HealthProbeResult> {
    const { kid } = await this.keys.current();
    const status = this.feed.age < STALE_MS ? 'up' : 'down';
    return { status, details: { signingKey: kid, revocationsSeenMs: Math.round(this.feed.age), readers: this.feed.listening } };
  }
}
