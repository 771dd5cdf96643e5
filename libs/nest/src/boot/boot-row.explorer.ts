import { type BootRow, bootRowLabelOf } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** A row of the report, by the library that it is about. */
export interface FoundBootRow {
  readonly label: string;
  readonly lines: readonly string[];
}

/** Finds the providers that have a row in the report of a started service. */
@Injectable()
export class BootRowExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): FoundBootRow[] {
    const found = new Map<object, FoundBootRow>();
    for (const { instance } of this.discovery.getProviders() as readonly { instance: unknown }[]) {
      if (typeof instance !== 'object' || instance === null) continue;
      const label = bootRowLabelOf(instance.constructor);
      if (label !== undefined && !found.has(instance)) found.set(instance, { label, lines: (instance as BootRow).bootLines() });
    }
    return [...found.values()];
  }
}
