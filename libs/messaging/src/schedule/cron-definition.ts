import { durationOf, parseDuration, type Duration } from '@minos/common';
import { CronInvalidError } from '../errors/cron.errors.js';
import { CronExpression } from './cron-expression.js';
import type { CronContext, CronOptions } from './cron.decorator.js';

/** A cron handler as a `CronRunner` takes it. */
export interface CronDefinition extends CronOptions {
  /** Durable. */
  readonly name: string;
  readonly expression: string;
  /** Where it stands, for messages. @default the name */
  readonly handler?: { readonly type: { readonly name: string }; readonly method: string };
  /** Runs the handler, with everything around it that shall be inside the unit. What it throws is a failed try. */
  invoke(context: CronContext): unknown;
}

/** A definition that was checked, with the defaults filled in. */
export interface ResolvedCron {
  readonly name: string;
  readonly expression: CronExpression;
  readonly text: string;
  readonly timezone: string;
  readonly missed: 'once' | 'skip';
  readonly deadlineMs: number;
  /** Changes with whatever changes the times. */
  readonly definition: string;
  invoke(context: CronContext): unknown;
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;
const LONGEST_NAME = 200;
const DEADLINE: Duration = '5m';

/** Throws `CRON_INVALID` with all faults of all definitions. */
export function resolveCrons(definitions: readonly CronDefinition[]): readonly ResolvedCron[] {
  const faults: string[] = [];
  const names = new Map<string, CronDefinition>();
  const resolved: ResolvedCron[] = [];
  for (const definition of definitions) {
    const first = names.get(definition.name);
    if (first !== undefined) faults.push(`${placeOf(definition)} has the name "${definition.name}", which ${placeOf(first)} has too.`);
    names.set(definition.name, definition);
    const found = resolve(definition);
    if (typeof found === 'string') faults.push(`${placeOf(definition)} ${found}.`);
    else resolved.push(found);
  }
  if (faults.length > 0) throw new CronInvalidError(faults);
  return resolved;
}

function resolve(given: CronDefinition): ResolvedCron | string {
  const { name, expression: text, timezone = 'UTC', missed = 'once', deadline = DEADLINE } = given;
  const fault = faultOf(name, missed, deadline);
  if (fault !== undefined) return fault;
  const expression = CronExpression.read(text, timezone);
  const written = `has the expression ${JSON.stringify(text)} (time zone ${JSON.stringify(timezone)})`;
  if (typeof expression === 'string') return `${written}: ${expression}`;
  if (expression.after(Date.now()) === undefined) return `${written}, which names no time that ever comes`;
  const definition = JSON.stringify([text, timezone]);
  const deadlineMs = parseDuration(deadline);
  return { name, expression, text, timezone, missed, deadlineMs, definition, invoke: (context) => given.invoke(context) };
}

function faultOf(name: unknown, missed: unknown, deadline: unknown): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name) || name.length > LONGEST_NAME) {
    return `has the name ${JSON.stringify(name)}, which is no durable name`;
  }
  if (missed !== 'once' && missed !== 'skip') return `says missed: ${JSON.stringify(missed)}; give 'once' or 'skip'`;
  return (durationOf(deadline) ?? 0) >= 1 ? undefined : "has a deadline that is no duration; give one such as '5m'";
}

function placeOf({ name, handler }: CronDefinition): string {
  return handler === undefined ? `The cron "${name}"` : `@Cron('${name}', …) on ${handler.type.name}.${handler.method}()`;
}
