import type { Tree } from '../contracts/workspace.js';
import type { SourceText } from '../edit/source-text.js';
import { FileExistsError } from '../errors/schematic.errors.js';
import { readSource, readText } from '../project/read-source.js';
import { type FileText, formatted } from './formatted.js';

/**
 * What one run changes, written at its end: files that must not exist yet, unless they are just so already, and edits of files that do. A file that was
 * formatted stays formatted; one that was not keeps its form.
 */
export class Changes {
  private readonly made = new Map<string, string>();
  private readonly edited = new Map<string, SourceText>();

  constructor(private readonly tree: Tree) {}

  create(path: string, content: string): void {
    this.made.set(path, content);
  }

  edit(path: string, change: (source: SourceText) => SourceText): void {
    this.edited.set(path, change(this.edited.get(path) ?? readSource(this.tree, path)));
  }

  /** Throws `FILE_EXISTS`. */
  write(): void {
    const before = [...this.edited.keys()].map((path) => ({ path, text: readText(this.tree, path) }));
    const made = [...this.made].map(([path, text]) => ({ path, text }));
    const edited = [...this.edited.values()].map(({ path, text }) => ({ path, text }));
    const [tidyBefore = [], tidyMade = [], tidyEdited = []] = formatted(this.tree, [before, made, edited]);
    for (const { path, text } of tidyMade) this.writeNew(path, text);
    for (const [index, file] of before.entries()) {
      const wasTidy = tidyBefore[index]?.text === file.text;
      this.rewrite(file, (wasTidy ? tidyEdited : edited)[index]);
    }
  }

  private rewrite(before: FileText, after = before): void {
    if (after.text !== before.text) this.tree.overwrite(after.path, after.text);
  }

  private writeNew(path: string, text: string): void {
    if (!this.tree.exists(path)) return this.tree.create(path, text);
    if (readText(this.tree, path) !== text) throw new FileExistsError(path);
  }
}
