import { durationOf } from '@minos/common';
import type { CliOption, CliValues } from './cli-command.js';
import { CliUsageError } from './cli.errors.js';

const WHOLE = /^\d+$/;

/** Reads what was given as options of a command. Everything throws `CLI_USAGE` that names the option and what it takes. */
export class Given {
  constructor(private readonly values: CliValues) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === '') throw new CliUsageError(`--${name} is empty: give it a value, or leave it out.`);
    return typeof value === 'string' ? value : undefined;
  }

  demandText(name: string, what: string): string {
    const value = this.text(name);
    if (value === undefined) throw new CliUsageError(`--${name} is missing: give ${what}.`);
    return value;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** A whole number within its bounds. */
  count(
    name: string,
    { fallback, min = 1, max = 10_000 }: { readonly fallback: number; readonly min?: number; readonly max?: number },
  ): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = WHOLE.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw new CliUsageError(`--${name} is "${value}": give a whole number from ${min} to ${max}.`);
  }

  /** A number that another command has shown. */
  id(name: string): bigint | undefined {
    const value = this.text(name);
    if (value === undefined || WHOLE.test(value)) return value === undefined ? undefined : BigInt(value);
    throw new CliUsageError(`--${name} is "${value}": give the number that "list", "show" or "audit" prints behind the #.`);
  }

  milliseconds(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const found = durationOf(value);
    if (found !== undefined) return found;
    throw new CliUsageError(`--${name} is "${value}": give a duration such as 30s or 500ms.`);
  }
}

export const JSON_OPTION: Readonly<Record<string, CliOption>> = { json: { type: 'boolean', help: 'print JSON, for machines' } };
