import { isWellFormed } from '@minos/common';

/** Collects what does not fit, by the place where it stands. */
export class Faults {
  readonly all: { path: string; message: string }[] = [];

  add(path: string, message: string): undefined {
    if (this.all.length < 20) this.all.push({ path, message });
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text without control characters, at most so long; else a fault, and the empty text. */
export function readText(value: unknown, path: string, longest: number, faults: Faults): string {
  if (typeof value !== 'string') return faults.add(path, 'is no text') ?? '';
  if (value.length > longest) return faults.add(path, `is longer than ${longest} characters`) ?? '';

  if (!isWellFormed(value) || /[\u0000-\u001f\u007f]/.test(value)) return faults.add(path, 'has characters that are no text') ?? '';
  return value;
}
