import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { CarriedSaga, SagaInUse } from '../contracts/saga-store.js';
import { SagasFileInvalidError } from '../errors/sagas-file.errors.js';

/** The difference between the plans of an application and the file that records them. */
export interface SagasDifference {
  /** Recorded, but gone from the application. */
  readonly lost: readonly CarriedSaga[];
  /** Recorded with another structure. */
  readonly changed: readonly CarriedSaga[];
  /** In the application, but not recorded. */
  readonly added: readonly CarriedSaga[];
}

/** Compares; a missing file records none. Reads synchronously. */
export function checkSagas(current: readonly CarriedSaga[], file: string): SagasDifference {
  const recorded = existsSync(file) ? readSagas(file) : [];
  return {
    lost: recorded.filter((one) => versionIn(current, one) === undefined),
    changed: recorded.filter((one) => (versionIn(current, one)?.hash ?? one.hash) !== one.hash),
    added: current.filter((one) => versionIn(recorded, one) === undefined),
  };
}

/** Those that live instances need and the file does not record. */
export function missingSagas(inUse: readonly SagaInUse[], recorded: readonly CarriedSaga[]): readonly SagaInUse[] {
  return inUse.filter((one) => versionIn(recorded, one)?.hash !== one.hash);
}

export function versionIn(
  sagas: readonly CarriedSaga[],
  { name, version }: Pick<CarriedSaga, 'name' | 'version'>,
): CarriedSaga | undefined {
  return sagas.find((one) => one.name === name && one.version === version);
}

/** Adds plans to the file. Never takes one out: that is done by hand, by somebody who knows that no instance needs it. */
export function addSagas(added: readonly CarriedSaga[], file: string): void {
  const all = [...(existsSync(file) ? readSagas(file) : []), ...added];
  const sorted = all.sort((one, other) => compare(one.name, other.name) || one.version - other.version);
  const sagas = sorted.map(({ name, version, hash }) => ({ name, version, hash }));
  writeFileSync(file, `${JSON.stringify({ sagas }, undefined, 2)}\n`);
}

/** Throws `SAGAS_FILE_INVALID`. */
export function readSagas(file: string): readonly CarriedSaga[] {
  const { sagas } = parsed(file);
  if (!Array.isArray(sagas) || !sagas.every(isCarried))
    throw new SagasFileInvalidError(file, 'it has no list "sagas" of { name, version, hash }');
  return sagas;
}

function parsed(file: string): { readonly sagas?: unknown } {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) ?? {}) as { readonly sagas?: unknown };
  } catch (error) {
    throw new SagasFileInvalidError(file, (error as Error).message, error);
  }
}

function isCarried(one: unknown): one is CarriedSaga {
  const { name, version, hash } = (one ?? {}) as Partial<CarriedSaga>;
  return typeof name === 'string' && Number.isSafeInteger(version) && typeof hash === 'string';
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
