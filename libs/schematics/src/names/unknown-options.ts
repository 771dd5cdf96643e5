import type { Context } from '../contracts/workspace.js';

/** Says which options no generator reads: a new CLI may send more than it did, so they are no error. */
export function warnOfUnknown(options: object, { logger, schematic }: Context): void {
  const { schemaJson } = schematic.description as { schemaJson?: { properties?: object } };
  const known = Object.keys(schemaJson?.properties ?? options);
  const unknown = Object.keys(options).filter((option) => !known.includes(option));
  if (unknown.length > 0) logger.warn(`Unknown, and without effect: ${unknown.join(', ')}. Known are: ${known.join(', ')}.`);
}
