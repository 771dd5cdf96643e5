import { messageDecorator, type CommandOptions, type KeyFunction, type MessageDecorator } from './message-decorator.js';

declare const RESULT: unique symbol;
declare const REJECTIONS: unique symbol;

/**
 * Something that one service is asked to do: `R` is what its handler answers, `X` the codes with which it may reject.
 * The two exist in types only.
 */
export interface Command<R = void, X extends string = string> {
  readonly [RESULT]: R;
  readonly [REJECTIONS]: X;
}

/** Called it decorates (`@Command('order.place', { owner: 'order' })`), extended it is the base class. */
export interface CommandConstructor {
  new <R = void, X extends string = string>(): Command<R, X>;
  (name: string, options?: Omit<CommandOptions, 'key'>): MessageDecorator;
  <K extends string>(name: string, options: CommandOptions<K>): MessageDecorator<{ readonly [P in NoInfer<K>]: unknown }>;
  <C extends object>(name: string, options: CommandOptions<(command: C) => string>): MessageDecorator<NoInfer<C>>;
}

/** What the handler of a command answers. */
export type CommandResult<C> = C extends Command<infer R> ? R : never;

/** The codes with which a command may be rejected. */
export type RejectionCode<C> = C extends Command<unknown, infer X> ? X : never;

function command(name: string, options?: CommandOptions<string | KeyFunction>): MessageDecorator | undefined {
  return new.target ? undefined : messageDecorator('command', name, options);
}
Object.defineProperty(command, 'name', { value: 'Command' });

// The one cast: a plain function may be both called (decorator) and extended (base class); a class may not be called.
export const Command = command as unknown as CommandConstructor;
