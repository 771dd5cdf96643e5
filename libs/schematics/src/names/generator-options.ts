/** What Nest's CLI gives to every generator, and what `npx schematics` may give besides. */
export interface GeneratorOptions {
  /** With folders: `order/place-order`. */
  readonly name: string;
  /** Below the source root, before the folders of the name. */
  readonly path?: string;
  /** @default 'src' */
  readonly sourceRoot?: string;
  /** Files beside each other instead of in a folder of their own. @default false */
  readonly flat?: boolean;
  /** @default true */
  readonly spec?: boolean;
  /** @default 'spec' */
  readonly specFileSuffix?: string;
  /** Registers nothing in a module. @default false */
  readonly skipImport?: boolean;
  /** The file of the module to register in. @default the nearest */
  readonly module?: string;
  /** The name on the wire and in the store. @default made of folder and name */
  readonly nameOnWire?: string;
  /** The service that handles it. @default `service` of MinosModule.forRoot() */
  readonly owner?: string;
  /** The aggregate that it concerns. @default that of the folder */
  readonly aggregate?: string;
}

/** An option as it was meant: the CLI spells one that was not given as the text `undefined`. */
export function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'undefined' ? undefined : value;
}
