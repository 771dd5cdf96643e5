import { inspect } from 'node:util';
import { rejectionOf } from '@minos/messaging';
import { Logger } from '@nestjs/common';
import type { Part } from './part-settings.js';

/** Says once when a part begins to be missing, and once when it is there again: an outage is two lines and not one for each answer. */
export class PartLog {
  private readonly missing = new Set<string>();
  private readonly logger = new Logger('Composition');

  constructor(private readonly query: string) {}

  /** What fails the whole answer is told by that, and a rejection is no fault. */
  noted({ name, otherwise }: Part, error?: unknown): void {
    if (error === undefined) {
      if (this.missing.delete(name)) this.logger.log(`Part '${name}' of ${this.query} is answered again.`);
      return;
    }
    if (otherwise === 'fail' || rejectionOf(error) !== undefined || this.missing.has(name)) return;
    this.missing.add(name);
    this.logger.warn(`Part '${name}' of ${this.query} is missing from answers: ${error instanceof Error ? error.message : inspect(error)}`);
  }
}
