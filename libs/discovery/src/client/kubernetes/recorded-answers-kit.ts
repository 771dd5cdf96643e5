import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is used of a page of a list. */
export interface RecordedList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly RecordedResource[];
}

export interface RecordedResource {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

export interface RecordedEvent {
  readonly type: string;
  readonly object: object;
}

export interface RecordedRefusal {
  readonly status: number;
  readonly body: string;
}

/** The pages of the list of Services. */
export const SERVICES = parsed('services.json') as readonly RecordedList[];

/** The pages of the list of EndpointSlices, read at the same time. */
export const SLICES = parsed('slices.json') as readonly RecordedList[];

/** What a watch of the slices said, from the version of that list on until it ended. */
export const WATCH = lines('watch.jsonl');

/** What a watch from a version that is forgotten says. */
export const [GONE] = lines('gone.jsonl') as [RecordedEvent];

/** The list of a namespace that is not there: a success. */
export const NO_NAMESPACE = parsed('no-namespace.json') as RecordedList;

export const REFUSALS = parsed('refusals.json') as Readonly<
  Record<'wrongToken' | 'noRoleToList' | 'noRoleToWatch' | 'noSuchResource' | 'oldPage', RecordedRefusal>
>;

function parsed(name: string): unknown {
  return JSON.parse(text(name));
}

function lines(name: string): readonly RecordedEvent[] {
  return text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedEvent);
}

function text(name: string): string {
  return readFileSync(join(__dirname, 'recorded', name), 'utf8');
}
