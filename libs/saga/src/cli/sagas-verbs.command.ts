import {
  type CliCommand,
  type CliContext,
  type CliOption,
  Given,
  JSON_OPTION,
  printable,
  REQUESTER_OPTIONS,
  requesterOf,
  toJson,
} from '@minos/postgres';
import type { SagaSending } from '../contracts/saga-operation.js';
import type { OperateOptions, SagaOperated, SagaOperations, SagaRef } from '../operations/saga-operations.js';
import { givenJson } from './given-json.js';
import { timed, waitText } from './saga-texts.js';
import { REF_OPTIONS, refOf, sagaOperationsOf } from './sagas-in.js';

const WITHIN_MS = 30_000;
const OPERATE_OPTIONS: Readonly<Record<string, CliOption>> = {
  ...REQUESTER_OPTIONS,
  'dry-run': { type: 'boolean', help: 'say what would happen, and do nothing' },
  within: { type: 'string', value: 'duration', help: 'wait so long for a process of the service that does it (30s)' },
  ...JSON_OPTION,
};
const STEP_OPTION: Readonly<Record<string, CliOption>> = { step: { type: 'string', value: 'name', help: 'the step that is meant' } };

type Ask = (operations: SagaOperations, ref: SagaRef, options: OperateOptions) => Promise<SagaOperated>;
/** Reads what the command line gives, before anything is asked. */
type Prepare = (given: Given, context: CliContext) => Ask | Promise<Ask>;

export const SAGAS_RETRY = verb(
  'retry',
  'send a new command now for a step, or for its compensation where the saga goes back',
  STEP_OPTION,
  (given) => {
    const step = demandStep(given);
    return (operations, ref, options) => operations.retryStep(ref, step, options);
  },
);

export const SAGAS_SKIP = verb(
  'skip',
  'go on without the answer of a step, with an output in its place; without its compensation where the saga goes back',
  {
    ...STEP_OPTION,
    output: { type: 'string', value: 'json', help: 'stands for the reply of its command: JSON, @<file>, or - for the standard input' },
  },
  async (given, context) => {
    const step = demandStep(given);
    const output = await givenJson(context, given, 'output');
    return (operations, ref, options) => operations.skipStep(ref, step, { ...options, ...(output === undefined ? {} : { output }) });
  },
);

export const SAGAS_EDIT = verb(
  'edit',
  'replace the state of a parked instance, or of one that is still in --revision; the journal keeps the old one',
  {
    state: { type: 'string', value: 'json', help: 'the whole new state: JSON, @<file>, or - for the standard input' },
    revision: { type: 'string', value: 'number', help: 'of which the edit was made; "show" prints it' },
  },
  async (given, context) => {
    given.demandText('state', 'the whole new state: JSON, @<file>, or - for the standard input');
    const state = (await givenJson(context, given, 'state')) ?? null;
    const revision = given.text('revision') === undefined ? {} : { revision: given.count('revision', { fallback: 0, max: 2_000_000_000 }) };
    return (operations, ref, options) => operations.editState(ref, state, { ...options, ...revision });
  },
);

export const SAGAS_RESUME = verb(
  'resume',
  'let a parked instance go on where it stopped, with all its tries',
  {},
  () => (operations, ref, options) => operations.resume(ref, options),
);

export const SAGAS_CANCEL = verb(
  'cancel',
  'take back what was done; refused once the pivot has begun',
  {},
  () => (operations, ref, options) => operations.cancel(ref, options),
);

export const SAGAS_COMPENSATE = verb(
  'compensate',
  'take back what was done, also behind the pivot',
  {},
  () => (operations, ref, options) => operations.forceCompensate(ref, options),
);

function verb(name: string, summary: string, options: Readonly<Record<string, CliOption>>, prepare: Prepare): CliCommand {
  return {
    name,
    summary,
    options: { ...REF_OPTIONS, ...options, ...OPERATE_OPTIONS },
    run: async (context) => {
      const given = new Given(context.options);
      const ref = refOf(given);
      const asked = { ...requesterOf(given), dryRun: given.flag('dry-run'), within: given.milliseconds('within', WITHIN_MS) };
      const ask = await prepare(given, context);
      const done = await ask(sagaOperationsOf(context), ref, asked);
      if (given.flag('json')) context.print(toJson(timed(done)));
      else linesOf(done).forEach(context.print);
      return 0;
    },
  };
}

function demandStep(given: Given): string {
  return given.demandText('step', 'the name of a step; "minos sagas show" tells at which one it waits');
}

function linesOf({ from, to, commands, waits, dryRun }: SagaOperated): string[] {
  return [
    from === to
      ? `It ${dryRun ? 'would stay' : 'stays'} ${to}.`
      : `It ${dryRun ? 'would be' : 'is'} ${to}, and ${dryRun ? 'is' : 'was'} ${from}.`,
    ...commands.map((one) => `  ${sendingText(one, dryRun)}`),
    ...waits.map((wait) => `  ${dryRun ? 'would wait' : 'waits'} for ${waitText(wait)}`),
    ...(dryRun ? ['Nothing was done: this was a dry run.'] : []),
  ];
}

function sendingText({ step, command, undo, channel, key = '' }: SagaSending, dryRun: boolean): string {
  const name = step === undefined ? '' : undo ? ` (compensation of ${printable(step)})` : ` (${printable(step)})`;
  const verbs = dryRun ? { runs: 'would run', sends: 'would send' } : { runs: 'runs', sends: 'sends' };
  if (channel === undefined) return `${verbs.runs} ${printable(command)} here${name}`;
  return `${verbs.sends} ${printable(command)}${name} over ${printable(channel)} with the key ${printable(key)}`;
}
