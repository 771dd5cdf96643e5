import type { MessageMetadata } from '@minos/common';
import type { FoundHandler } from '@minos/messaging/module';
import { durableNameOf } from '@minos/messaging/module';
import type { FoundBootRow } from './boot-row.explorer.js';

/** What the report of a started service says. */
export interface BootFacts {
  readonly service: string;
  readonly storage: string;
  /** Missing where the application does no messaging. */
  readonly broker: string | undefined;
  /** What handles messages, and from where. */
  readonly consumers: readonly { readonly consumer: string; readonly channels: readonly string[]; readonly types: readonly string[] }[];
  readonly aggregates: readonly { readonly name: string; readonly type: string }[];
  readonly messages: readonly MessageMetadata[];
  readonly handlers: readonly FoundHandler[];
  /** What other libraries say of themselves. */
  readonly rows: readonly FoundBootRow[];
  readonly unnamed: readonly string[];
  readonly probes: readonly string[];
  readonly adapter: string;
  readonly links: readonly (readonly [label: string, url: string])[];
}

type Row = readonly [label: string, lines: readonly string[]];

/** The report as one block of text; parts that are empty are left out. */
export function bootReport(facts: BootFacts): string {
  const rows: Row[] = [
    ['storage', [facts.storage]],
    ['broker', facts.broker === undefined ? [] : [facts.broker]],
    ['adapter', [facts.adapter]],
    ['aggregates', facts.aggregates.map(({ name, type }) => `${name} (${type})`)],
    [
      'events',
      facts.messages.filter(({ kind }) => kind === 'event').map(({ name, version, target }) => `${name} v${version} (${target.name})`),
    ],
    ['commands', handled(facts.handlers, 'command')],
    ['queries', handled(facts.handlers, 'query')],
    [
      'listeners',
      handled(
        facts.handlers.filter(({ consumer }) => consumer === undefined),
        'event',
      ),
    ],
    ['consumers', facts.consumers.map(({ consumer, channels, types }) => `${consumer} ← ${channels.join(', ')}: ${types.join(', ')}`)],
    ...facts.rows.map(({ label, lines }): Row => [label, lines]),
    ['unnamed', facts.unnamed.map((name) => `${name}: stays in this process; a name such as @Command('…') makes it durable`)],
    ['health', facts.probes.length === 0 ? [] : [facts.probes.join(', ')]],
    ['links', facts.links.map(([label, url]) => `${label.padEnd(8)} ${url}`)],
  ];
  const shown = rows.filter(([, lines]) => lines.length > 0);
  const width = Math.max(...shown.map(([label]) => label.length)) + 2;
  const text = shown.flatMap(([label, lines]) => lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(width)}${line}`));
  return [`Service "${facts.service}" is up`, ...text].join('\n');
}

function handled(handlers: readonly FoundHandler[], kind: FoundHandler['kind']): string[] {
  return handlers
    .filter((found) => found.kind === kind)
    .flatMap(({ handler, messages }) => messages.map((message) => `${durableNameOf(message) ?? message.name} → ${handler}`))
    .sort();
}
