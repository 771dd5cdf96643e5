import { posix } from 'node:path';
import { ElementNameInvalidError } from '../errors/schematic.errors.js';
import { given, type GeneratorOptions } from './generator-options.js';
import { kebabOf, pascalOf } from './spelling.js';

/** What is generated, and where. */
export interface Element {
  /** `place-order` */
  readonly kebab: string;
  /** `PlaceOrder` */
  readonly className: string;
  /** Absolute folder of its files. */
  readonly folder: string;
  /** Name of the folder that was asked for, `order` of `order/place-order`; undefined directly below the source root. */
  readonly subject: string | undefined;
  readonly sourceRoot: string;
  /** With a dot: `.spec`. */
  readonly specSuffix: string;
}

const KEBAB = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

/** Reads name, path and layout. Throws `ELEMENT_NAME_INVALID`. */
export function elementOf(options: GeneratorOptions): Element {
  const segments = options.name.split('/').filter((segment) => segment !== '');
  const kebab = kebabOf(segments.pop() ?? '');
  if (!KEBAB.test(kebab)) throw new ElementNameInvalidError('name', options.name, 'give words of letters and digits, as order/place-order');
  const sourceRoot = posix.join('/', given(options.sourceRoot) ?? 'src');
  const base = posix.join(sourceRoot, given(options.path) ?? '', ...segments);
  if (!isWithin(sourceRoot, base)) throw new ElementNameInvalidError('path', base, `give a folder below ${sourceRoot}`);
  return {
    kebab,
    className: pascalOf(kebab),
    folder: options.flat ? base : posix.join(base, kebab),
    subject: base === sourceRoot ? undefined : kebabOf(posix.basename(base)),
    sourceRoot,
    specSuffix: `.${given(options.specFileSuffix) ?? 'spec'}`,
  };
}

/** An option that names an element, in kebab-case. Throws `ELEMENT_NAME_INVALID`. */
export function kebabOption(option: string, value: string | undefined): string | undefined {
  const found = given(value);
  if (found === undefined) return undefined;
  const kebab = kebabOf(found);
  if (!KEBAB.test(kebab)) throw new ElementNameInvalidError(option, found, 'give words of letters and digits');
  return kebab;
}

function isWithin(root: string, folder: string): boolean {
  return folder === root || folder.startsWith(`${root}/`);
}
