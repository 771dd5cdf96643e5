import { MinosError } from '@minos/common';

/** A route names a rate limit that nobody configured. */
export class GatewayPolicyUnknownError extends MinosError {
  readonly code = 'GATEWAY_POLICY_UNKNOWN' as const;
  readonly retryable = false;

  constructor(policy: string, known: readonly string[], route?: string) {
    const where = route === undefined ? '' : ` of the route ${route}`;
    super(
      `There is no rate limit "${policy}"${where}; known are: ${known.join(', ')}. Add it to rates.policies of the gateway, or correct the name.`,
      {
        details: { policy, known, ...(route === undefined ? {} : { route }) },
      },
    );
  }
}
