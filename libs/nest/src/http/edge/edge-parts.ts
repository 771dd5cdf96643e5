import type { ShutdownState } from '../../shutdown/shutdown-state.js';

/** What the edge of each adapter works with. */
export interface EdgeParts {
  readonly service: string;
  /** Whether every caller is the principal `dev`. */
  readonly devPrincipal: boolean;
  readonly shutdown: ShutdownState;
  readonly observe: (method: string, route: string, status: number, seconds: number) => void;
}

/** The label of requests that no route took; their paths are the client's choice and would be without number. */
export const NO_ROUTE = 'none';
