import { ViewTablesMissingError } from '../errors/view.errors.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Runs what makes or changes tables; where the role may not, the error says how to make them beforehand. Rejects with `VIEW_TABLES_MISSING`. */
export async function permitted<T>(tables: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && (error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE)
      throw new ViewTablesMissingError(tables, error);
    throw error;
  }
}
