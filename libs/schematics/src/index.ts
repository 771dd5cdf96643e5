export { aggregate } from './aggregate/aggregate.schematic.js';
export { command, type CommandOptions } from './command/command.schematic.js';
export type { Context, Folder, Rule, Tree } from './contracts/workspace.js';
export { event } from './event/event.schematic.js';
export {
  AggregateFileNotFoundError,
  AggregateUnreadableError,
  ElementNameInvalidError,
  FileExistsError,
  MainUnreadableError,
  ModuleAmbiguousError,
  ModuleNotFoundError,
  ModuleUnreadableError,
  NestVersionUnsupportedError,
  ProjectedEventsMissingError,
  SchematicError,
} from './errors/schematic.errors.js';
export type { GeneratorOptions } from './names/generator-options.js';
export { nestAdd, type NestAddOptions } from './nest-add/nest-add.schematic.js';
export { projection } from './projection/projection.schematic.js';
export { query } from './query/query.schematic.js';
