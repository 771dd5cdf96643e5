import { shown } from './microservices.errors.js';

/** Says which message a client sends, and where to. */
export interface MinosPattern {
  /** Durable name of a command, which the service that owns it handles. */
  readonly cmd?: string;
  /** Durable name of an event, which whoever wants it handles. */
  readonly event?: string;
  /** The service that owns the command. @default what its class says, else the `owner` of the client */
  readonly owner?: string;
  /** Messages with one key arrive in their order. @default what the class of the command says, else the id */
  readonly key?: string;
  /** UUID of the message: again with the same id has no second effect. @default a new one */
  readonly id?: string;
  /** The version of the message, from 1. @default that of its class, else 1 */
  readonly version?: number;
}

/** What a pattern of a client says. `kind` is open where it is a bare name. */
export interface ReadPattern extends Omit<MinosPattern, 'cmd' | 'event'> {
  readonly name: string;
  readonly kind?: 'command' | 'event';
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;
const TEXTS = ['owner', 'key', 'id'] as const;
const FIELDS: ReadonlySet<string> = new Set(['cmd', 'event', 'version', ...TEXTS]);
const FORMS = "Write 'stock.reserve', or { cmd: 'stock.reserve' }";

/** The pattern of a handler is the durable name of the message: bare, or as `cmd` of a command or `event` of an event. */
export function handledName(pattern: unknown, kind: 'command' | 'event'): { readonly name: string } | { readonly fault: string } {
  const field = kind === 'command' ? 'cmd' : 'event';
  const whole = typeof pattern === 'object' && pattern !== null ? (pattern as Record<string, unknown>) : { [field]: pattern };
  const name = whole[field];
  if (Object.keys(whole).join() !== field)
    return { fault: `${shown(pattern)} is none: write the durable name of the message, or { ${field}: '<name>' }.` };
  if (typeof name === 'string' && NAME.test(name)) return { name };
  return {
    fault: `${shown(pattern)} is no durable name: letters, digits, hyphens and underscores, parted by dots; there are no wildcards.`,
  };
}

/** The pattern of a client, or what is wrong with it. */
export function readPattern(pattern: unknown): ReadPattern | { readonly fault: string } {
  if (typeof pattern === 'string') return NAME.test(pattern) ? { name: pattern } : { fault: noName(pattern) };
  if (typeof pattern !== 'object' || pattern === null) return { fault: `names no message. ${FORMS}.` };
  const fields = pattern as Record<string, unknown>;
  const fault = faultOf(fields);
  if (fault !== undefined) return { fault };
  const { cmd, event, ...rest } = pattern as MinosPattern;
  return { ...rest, name: cmd ?? event ?? '', kind: cmd === undefined ? 'event' : 'command' };
}

function faultOf(fields: Record<string, unknown>): string | undefined {
  const { cmd, event, owner } = fields;
  const unknown = Object.keys(fields).filter((field) => !FIELDS.has(field));
  if (unknown.length > 0) return `has the unknown field ${unknown.join(', ')}; there are ${[...FIELDS].join(', ')}.`;
  if ((cmd === undefined) === (event === undefined)) return `names no message, or two. ${FORMS}, or { event: 'order.placed' }.`;
  const name = cmd ?? event;
  if (typeof name !== 'string' || !NAME.test(name)) return noName(name);
  if (event !== undefined && owner !== undefined)
    return 'gives an event an owner; an event goes to whoever listens, a command (cmd) to its owner.';
  return valueFault(fields);
}

function valueFault(fields: Record<string, unknown>): string | undefined {
  const { version = 1 } = fields;
  const empty = TEXTS.filter((field) => fields[field] !== undefined && (typeof fields[field] !== 'string' || fields[field] === ''));
  if (empty.length > 0) return `needs text as ${empty.join(', ')}.`;
  return Number.isSafeInteger(version) && Number(version) > 0 ? undefined : 'needs a whole number from 1 as version.';
}

function noName(name: unknown): string {
  const [owner = '', rest = ''] = String(name).split(':');
  const meant = NAME.test(owner) && NAME.test(rest) ? ` Write { cmd: '${rest}', owner: '${owner}' }.` : '';
  return `has no durable name: letters, digits, hyphens and underscores, parted by dots.${meant}`;
}
