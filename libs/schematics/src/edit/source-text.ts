import ts from 'typescript';

/** One insertion: where, and what. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A source file with the ways in which it is written: what is inserted looks like the rest, and nothing else moves. */
export class SourceText {
  readonly file: ts.SourceFile;
  readonly newline: string;
  readonly quote: string;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    this.newline = text.includes('\r\n') ? '\r\n' : '\n';
    this.quote = /from "/.test(text) && !/from '/.test(text) ? '"' : "'";
  }

  /** The text with these insertions, whose positions are those of the text before. */
  with(insertions: readonly Insertion[]): SourceText {
    const lastFirst = [...insertions].sort((a, b) => b.at - a.at);
    const text = lastFirst.reduce((before, { at, text }) => before.slice(0, at) + text + before.slice(at), this.text);
    return new SourceText(this.path, text);
  }

  /** White space at the beginning of the line of a position. */
  indentAt(position: number): string {
    const start = this.text.lastIndexOf('\n', position - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(start))?.[0] ?? '';
  }

  /** One step of indentation, as the file has it. */
  get step(): string {
    return /^(\t| {2,8})\S/m.exec(this.text)?.[1] ?? '  ';
  }

  /** The end of the line of a position, before its line break. */
  lineEnd(position: number): number {
    const end = this.text.slice(position).search(/\r?\n/);
    return end === -1 ? this.text.length : position + end;
  }

  lineOf(position: number): number {
    return this.file.getLineAndCharacterOfPosition(position).line;
  }

  /** Every node of a kind, in the order of the text. */
  find<T extends ts.Node>(is: (node: ts.Node) => node is T): T[] {
    const found: T[] = [];
    const visit = (node: ts.Node): void => {
      if (is(node)) found.push(node);
      node.forEachChild(visit);
    };
    visit(this.file);
    return found;
  }
}
