import type { Change } from '@minos/common';
import { UnknownChangeError } from '@minos/common';
import type { ChangeWriter } from '../contracts/change-writer.js';

/** The writers of one service's database. Libraries add theirs while the application boots. */
export class ChangeWriterRegistry {
  private readonly byKind = new Map<string, ChangeWriter>();

  constructor(writers: readonly ChangeWriter<never>[] = []) {
    for (const writer of writers) this.register(writer);
  }

  /** Registering the same writer class again replaces it. */
  register(writer: ChangeWriter<never>): void {
    for (const kind of writer.kinds) this.byKind.set(kind, writer);
  }

  /** Throws `UNKNOWN_CHANGE` where no library has registered one. */
  writerOf(change: Change): ChangeWriter {
    const writer = this.byKind.get(change.kind);
    if (!writer) throw new UnknownChangeError(change.kind, [...this.byKind.keys()]);
    return writer;
  }
}
