import type { BootRow as BootRowPort } from '../contracts/boot-row.js';
import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** The port; under one name with the decorator, as `@BootRow('projections') class Projections implements BootRow` is read. */
export type BootRow = BootRowPort;

const BOOT_ROW = Symbol.for('@minos/boot-row');

/** Marks an injectable class that has a row in the report of a started service. Writes metadata and nothing else; `@minos/nest` finds it. */
export function BootRow(label: string): (target: new (...args: never[]) => BootRow) => void {
  return (target) => defineMetadata(target, BOOT_ROW, label);
}

/** What {@link BootRow} wrote on exactly this class. */
export function bootRowLabelOf(target: object): string | undefined {
  return ownMetadata<string>(target, BOOT_ROW);
}
