import { ServiceKeyRefusedError } from '../services/service.errors.js';

/** The fields of a body, whose values are checked by who takes them. Throws `SERVICE_KEY_REFUSED` for one that is not named. */
export function onlyFields(body: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const other = Object.keys(given).find((name) => !names.includes(name));
  if (other !== undefined) throw new ServiceKeyRefusedError(other, 'is no field of this request');
  return given;
}
