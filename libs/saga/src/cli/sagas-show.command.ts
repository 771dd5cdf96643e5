import { type CliCommand, counted, Given, isoTime, JSON_OPTION, printable, printableLines, short, toJson } from '@minos/postgres';
import type { StepRecord } from '../contracts/saga-instance.js';
import type { StoredEntry } from '../contracts/saga-store.js';
import type { SagaDetails } from '../operations/saga-views.js';
import { nameText, timed, waitText } from './saga-texts.js';
import { REF_OPTIONS, refOf, sagaOperationsOf } from './sagas-in.js';

export const SAGAS_SHOW: CliCommand = {
  name: 'show',
  summary: 'show one instance: its state, the state of each step, what it waits for with timers, its mail and its journal',
  options: {
    ...REF_OPTIONS,
    limit: { type: 'string', value: 'number', help: 'so many entries of the journal at the most (200)' },
    after: { type: 'string', value: 'number', help: 'entries of the journal behind this number' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const page = {
      limit: given.count('limit', { fallback: 200 }),
      after: given.count('after', { fallback: 0, min: 0, max: 1_000_000_000 }),
    };
    const found = await sagaOperationsOf(context).show(refOf(given), page);
    if (given.flag('json')) context.print(toJson(timed(found)));
    else linesOf(found).forEach(context.print);
    return 0;
  },
};

function linesOf(saga: SagaDetails): string[] {
  const { waits, steps, choices, mail, journal, entries } = saga;
  const left = entries - (journal.at(-1)?.number ?? entries);
  return [
    ...headLines(saga),
    ...rows('waits', waits.map(waitText)),
    ...rows('state', printableLines(JSON.stringify(saga.state, undefined, 2))),
    ...rows('steps', steps.map(stepText)),
    ...rows(
      'choices',
      Object.entries(choices).map(([name, branch]) => `${printable(name)}: ${printable(branch) || 'none'}`),
    ),
    ...rows(
      'mail',
      mail.map(({ body: { kind, ...rest } }) => `${kind} ${short(JSON.stringify(rest), 160)}`),
    ),
    ...rows('journal', journal.map(entryText)),
    ...(left > 0 ? [`${counted(left, 'entry').replace('entrys', 'entries')} more; --after ${journal.at(-1)?.number ?? 0} goes on.`] : []),
  ];
}

function headLines(saga: SagaDetails): string[] {
  const { status, phase, startedAt, endedAt, revision, tenant, parent } = saga;
  return [
    `${nameText(saga)}: ${status}${status === 'parked' ? ` (${phase})` : ''}${saga.cancelled ? ', cancelled' : ''}`,
    row('began', `${isoTime(startedAt)}${endedAt === undefined ? '' : `, ended ${isoTime(endedAt)}`}; revision ${revision}`),
    ...(tenant === '' ? [] : [row('tenant', printable(tenant))]),
    ...(parent === undefined ? [] : [row('part of', `the saga ${parent.id}`)]),
  ];
}

function stepText({ name, status, attempt, outcome, fault, undo }: { readonly name: string } & StepRecord): string {
  const tries = attempt === undefined ? '' : `, ${printable(attempt.command)}, try ${attempt.number}`;
  const refused = outcome !== undefined && 'rejection' in outcome ? `, ${printable(outcome.rejection.code)}` : '';
  const why = fault === undefined ? '' : `: ${short(fault, 120)}`;
  const back = undo === undefined ? '' : `; compensation ${undo.status}${undo.fault === undefined ? '' : `: ${short(undo.fault, 120)}`}`;
  return `${printable(name)}: ${status}${tries}${refused}${why}${back}`;
}

function entryText({ number, at, kind, step = '', data = {} }: StoredEntry): string {
  const text = kind === 'operated' ? operatedText(data as unknown as Operated) : short(JSON.stringify(data), 160);
  return `${String(number).padStart(3)}  ${isoTime(at)}  ${[kind, printable(step)].filter(Boolean).join(' ')}${text === '{}' ? '' : `  ${text}`}`;
}

interface Operated {
  readonly operation: string;
  readonly by: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly refused?: { readonly code: string };
  readonly request: string;
}

function operatedText({ operation, by, reason, dryRun, refused, request }: Operated): string {
  const why = reason === undefined ? '' : `, because "${short(reason)}"`;
  const ended = refused === undefined ? '' : `: refused (${refused.code})`;
  return `${dryRun ? 'dry run of ' : ''}${operation} by ${printable(by)}${why}${ended} [${request}]`;
}

function rows(label: string, texts: readonly string[]): string[] {
  return texts.map((text, place) => row(place === 0 ? label : '', text));
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${text}`;
}
