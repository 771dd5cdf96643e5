import type { Clock } from '@minos/common';
import type { AdmissionParts } from '../admission/admission.js';
import type { RunningLimiter } from '../contracts/limits.js';
import type { ExchangeParts } from '../proxy/exchange.js';
import type { ComposedRoute } from './composed-route.options.js';

/** What composed routes are answered with. */
export interface ComposerParts {
  readonly composed: readonly ComposedRoute[];
  readonly clock: Clock;
  readonly admission: AdmissionParts;
  /** Each part takes a place of its own. */
  readonly running: RunningLimiter | undefined;
  readonly exchange: ExchangeParts;
}
