/**
 * The files of a project as a schematic sees them: what it changes is written at the end, all or, where it throws, nothing. Paths begin with `/`,
 * the root of the project. Every version of the devkit of Nest's CLI 11 and 12 has these methods, so none is fixed here.
 */
export interface Tree {
  exists(path: string): boolean;
  /** Null where there is no such file. */
  read(path: string): Uint8Array | null;
  /** Throws where the file exists. */
  create(path: string, content: string): void;
  /** Throws where there is no such file. */
  overwrite(path: string, content: string): void;
  /** Never throws: a folder that does not exist is empty. */
  getDir(path: string): Folder;
}

export interface Folder {
  readonly subfiles: readonly string[];
  readonly subdirs: readonly string[];
}

/** What a schematic may say, and ask to be done after its files are written. */
export interface Context {
  /** What the collection says about the schematic that runs. */
  readonly schematic: { readonly description: object };
  readonly logger: { info(line: string): void; warn(line: string): void };
  addTask(task: { toConfiguration(): { readonly name: string; readonly options: object } }): unknown;
}

/** The work of one schematic. */
export type Rule = (tree: Tree, context: Context) => void;
