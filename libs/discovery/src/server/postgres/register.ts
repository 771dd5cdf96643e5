import { keyHash } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { OwnedRoute, RegisterOutcome, RegisterRequest, RouteClaim, RouteConflict } from '../../contracts/index.js';
import { decideRegistration, factsText, type KnownInstance, type RegistrationDecision } from '../registration/decide-registration.js';
import { firstSegmentsOf } from '../registration/asked-routes.js';
import { conflictOf } from '../registration/route-claims.js';
import {
  CLAIM_ROUTES,
  FIND_FOR_REGISTRATION,
  FIND_NEW_ROUTES,
  FIND_ROUTES_OF_OTHERS,
  LOCK_STATE,
  REPLACE_INSTANCES,
  SAVE_INSTANCE,
  SAVE_INSTANCE_LEASE,
  SET_VERSION,
} from './registry.sql.js';

interface FoundRow extends Omit<KnownInstance, 'epoch'> {
  readonly instance: string | null;
  readonly epoch: bigint;
  readonly itself: boolean;
  readonly others: number;
}

/** Stores a registration in the transaction of `sql`, which holds the version from its first statement on. */
export async function registerIn(sql: SqlExecutor, tenant: string, asked: RegisterRequest): Promise<RegisterOutcome> {
  const locked = await sql.query<{ version: bigint }>(LOCK_STATE, [tenant]);
  const version = Number(locked.rows[0]?.version ?? 0);
  const { rows } = await sql.query<FoundRow>(FIND_FOR_REGISTRATION, [tenant, asked.instance, asked.service, asked.address]);
  const itself = rows.find((row) => row.itself);
  const decision = decideRegistration(itself && { ...itself, epoch: Number(itself.epoch) }, asked);
  if ('refused' in decision) return decision.refused;
  if ((rows[0]?.others ?? 0) >= asked.instancesPerService) return { kind: 'too-many-instances' };
  const conflict = await claim(sql, tenant, asked);
  if (conflict !== undefined) return { kind: 'route-taken', conflict };
  const replaced = rows.filter((row) => !row.itself).flatMap(({ instance }) => instance ?? []);
  return { kind: 'registered', version: await save(sql, tenant, asked, { version, replaced, decision }) };
}

/** Answers what is in the way; then nothing is claimed. */
async function claim(sql: SqlExecutor, tenant: string, asked: RegisterRequest): Promise<RouteConflict | undefined> {
  const { service } = asked;
  const routes = await newOf(sql, tenant, asked);
  if (routes.length === 0) return undefined;
  const { rows } = await sql.query<OwnedRoute>(FIND_ROUTES_OF_OTHERS, [tenant, service, firstSegmentsOf(routes) ?? null]);
  const conflict = conflictOf({ ...asked, routes }, rows);
  if (conflict !== undefined) return conflict;
  const [methods, shapes, paths] = [routes.map(({ method }) => method), routes.map(({ shape }) => shape), routes.map(({ path }) => path)];
  await sql.query(CLAIM_ROUTES, [tenant, service, methods, shapes, paths, shapes.map((shape) => keyHash(shape))]);
  return undefined;
}

/** Most registrations are of an instance whose service has all its routes. */
async function newOf(sql: SqlExecutor, tenant: string, { service, routes }: RegisterRequest): Promise<readonly RouteClaim[]> {
  if (routes.length === 0) return [];
  const columns = [routes.map(({ method }) => method), routes.map(({ shape }) => shape)];
  const { rows } = await sql.query<{ place: number }>(FIND_NEW_ROUTES, [tenant, service, ...columns]);
  return rows.flatMap(({ place }) => routes[place - 1] ?? []);
}

interface Saving {
  readonly version: number;
  /** Other instances at the address. */
  readonly replaced: readonly string[];
  readonly decision: Extract<RegistrationDecision, { visible: boolean }>;
}

async function save(sql: SqlExecutor, tenant: string, asked: RegisterRequest, { version, replaced, decision }: Saving): Promise<number> {
  const { service, instance, epoch, address, leaseMs } = asked;
  let next = version;
  if (replaced.length > 0) {
    const { rows } = await sql.query<{ seen: number }>(REPLACE_INSTANCES, [tenant, replaced, version]);
    next += rows.filter(({ seen }) => seen === 1).length;
  }
  const change = decision.visible ? (next += 1) : null;
  await sql.query(SAVE_INSTANCE, [tenant, instance, service, keyHash(instance), epoch, address, factsText(asked), decision.state, change]);
  await sql.query(SAVE_INSTANCE_LEASE, [tenant, instance, service, epoch, leaseMs]);
  if (next > version) await sql.query(SET_VERSION, [tenant, next]);
  return next;
}
