import type { ServiceTokenMinter } from '@minos/auth';
import { type Clock, type Principal, SystemClock, type TokenVerifier } from '@minos/common';
import type { ServiceDirectory } from '@minos/discovery';
import { LeastPendingPicker } from '../balancing/least-pending-picker.js';
import { WindowedRetryBudget } from '../balancing/windowed-retry-budget.js';
import { DocumentPages } from '../documents/document-pages.js';
import { GatewayDocuments, type GatewayDocumentsPorts } from '../documents/gateway-documents.js';
import { HttpDocumentSource, type HttpDocumentSourceOptions } from '../documents/http-document-source.js';
import { CountedConnections } from '../limits/counted-connections.js';
import { RunningRequests } from '../limits/running-requests.js';
import { PolicyRateLimiter } from '../limits/policy-rate-limiter.js';
import type { GatewaySettings } from '../options/gateway-module.options.js';
import { INTERNAL_PATHS } from '../routes/internal-paths.js';
import { LiveRouteTables } from '../routes/live-route-tables.js';
import { FrontDoor } from './front-door.js';
import { JoinedDirectory } from './joined-directory.js';

/** What a front door needs of others. */
export interface FrontDoorSurroundings {
  readonly directory: ServiceDirectory | undefined;
  readonly verifier: TokenVerifier | undefined;
  readonly minter: ServiceTokenMinter | undefined;
  /** @default the system's */
  readonly clock?: Clock;
  /** Where it is said that a function of the application fails. @default a warning of the process */
  readonly warn?: (line: string) => void;
}

/** A front door with all its parts; those that follow the directory do so from now on. */
export interface MadeFrontDoor {
  readonly door: FrontDoor;
  readonly tables: LiveRouteTables;
  readonly picker: LeastPendingPicker;
  readonly directory: ServiceDirectory;
  /** Ends following the directory. */
  readonly unfollow: () => void;
}

/** Puts a gateway together; opens nothing. Throws `GATEWAY_POLICY_UNKNOWN` where a route names a rate limit that is not there. */
export function makeFrontDoor(settings: GatewaySettings, surroundings: FrontDoorSurroundings): MadeFrontDoor {
  const { verifier, minter, warn, clock = new SystemClock() } = surroundings;
  const directory = new JoinedDirectory(settings.services, surroundings.directory);
  const rates = new PolicyRateLimiter({ clock, settings: settings.rates });
  rates.check([...settings.routes, ...settings.composed.map(({ route }) => route)]);
  const tables = new LiveRouteTables({
    clock,
    routes: [...settings.composed.map(({ route }) => route), ...settings.routes],
    // What the application answers itself no request could ever reach.
    internal: [...INTERNAL_PATHS, ...settings.ownPaths],
  });
  const picker = new LeastPendingPicker({ clock, settings: settings.balancing });
  const unfollow = directory.subscribe((snapshot) => {
    tables.update(snapshot);
    picker.update(snapshot);
  });
  const { connections, connectionsPerAddress } = settings.limits;
  const door = new FrontDoor(settings, {
    tables,
    picker,
    rates,
    directory,
    clock,
    composed: settings.composed,
    documents: documentsOf({ settings: settings.documents, tables, directory, clock }, minter && ownCredential(minter, settings.service)),
    verifier,
    minter,
    budget: new WindowedRetryBudget(settings.balancing.retries, clock),
    connections: new CountedConnections({ connections, connectionsPerAddress }),
    running: runningOf(settings),
    warn,
  });
  return { door, tables, picker, directory, unfollow };
}

/** Of what an instance takes nobody gets more than half, or one caller could keep it from all others. */
function runningOf({ limits, balancing }: GatewaySettings): RunningRequests {
  const half = Math.max(1, Math.floor(balancing.pendingPerInstance / 2));
  return new RunningRequests({ perAddress: limits.requestsPerAddress ?? half, perPrincipal: limits.requestsPerPrincipal ?? half });
}

function documentsOf(
  { settings, ...parts }: Omit<GatewayDocumentsPorts, 'source' | 'noted'>,
  authorization: HttpDocumentSourceOptions['authorization'],
): DocumentPages | undefined {
  if (!settings.enabled) return undefined;
  const source = new HttpDocumentSource({ path: settings.path, ...(authorization && { authorization }) });
  return new DocumentPages(new GatewayDocuments({ ...parts, settings, source }));
}

/** The gateway asks as itself: in production services show their documents to services and admins alone. */
function ownCredential(minter: ServiceTokenMinter, gateway: string): NonNullable<HttpDocumentSourceOptions['authorization']> {
  return async (service) => {
    const actedAt = new Date().toISOString();
    const own: Principal = { subject: gateway, roles: [], tenant: '', actedAt, correlationId: '', issuer: gateway, audience: [service] };
    return `Bearer ${await minter.mint(own, service)}`;
  };
}
