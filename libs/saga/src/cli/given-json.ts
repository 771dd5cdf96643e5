import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type JsonValue, parseJson } from '@minos/common';
import { type CliContext, CliUsageError, type Given } from '@minos/postgres';

/** JSON that is given as it is, in a file (`@state.json`), or over the standard input (`-`). Rejects with `CLI_USAGE`. */
export async function givenJson(context: CliContext, given: Given, name: string): Promise<JsonValue | undefined> {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const bytes = await bytesOf(context, text, name);
  try {
    return parseJson(bytes);
  } catch (error) {
    throw new CliUsageError(`--${name} is no JSON: ${(error as Error).message}. Give JSON, @<file>, or - for the standard input.`, {
      cause: error,
    });
  }
}

async function bytesOf(context: CliContext, text: string, name: string): Promise<Uint8Array> {
  if (text === '-') return context.input();
  if (!text.startsWith('@')) return Buffer.from(text);
  const file = text.slice(1);
  try {
    return await readFile(resolve(context.folder, file));
  } catch (error) {
    throw new CliUsageError(`--${name}: ${file} cannot be read (${(error as Error).message}).`, { cause: error });
  }
}
