import type { MessageRegistry } from '@minos/common';
import type { JsonObject, RecordedEvent } from '../contracts/event-store.js';
import { UpcastersInvalidError, UpcastFailedError } from './upcasting.errors.js';
import type { EventShape, Upcaster } from './upcaster.js';

/**
 * The upcasters of an application: one chain for aggregates, the feed and everything else that reads stored events. An event goes through as many
 * steps as there are for it, so each upcaster only knows the next shape.
 */
export class Upcasters {
  private readonly steps = new Map<string, Map<number, Upcaster>>();

  /** Throws `UPCASTERS_INVALID` for two steps from one shape and for circles. */
  constructor(private readonly upcasters: readonly Upcaster[] = []) {
    const faults: string[] = [];
    for (const step of upcasters) {
      const versions = this.steps.get(step.from.type) ?? new Map<number, Upcaster>();
      if (versions.has(step.from.version)) faults.push(`there are two upcasters from ${text(step.from)}; remove one`);
      this.steps.set(step.from.type, versions.set(step.from.version, step));
    }
    faults.push(...upcasters.flatMap((step) => this.circlesFrom(step)));
    if (faults.length > 0) throw new UpcastersInvalidError(faults);
  }

  /**
   * The event in the shapes that code knows today. Where it was split, each part keeps id, position and version of the stored event: the version of an
   * aggregate counts stored events.
   */
  upcast(event: RecordedEvent): readonly RecordedEvent[] {
    const step = this.stepFrom(event.type, event.schemaVersion);
    if (!step) return [event];
    const { from, to } = step;
    if (to.length === 1 && to[0] === from) return [event];
    return convert(step, event).flatMap((data, index) => {
      const shape = to[index];
      if (!shape || !data) return [];
      return this.upcast({ ...event, type: shape.type, schemaVersion: shape.version, data });
    });
  }

  /** These types, and all that may become one of them: what a reader of some types has to read. */
  sourcesOf(types: readonly string[]): string[] {
    const found = new Set(types);
    for (let before = -1; before !== found.size;) {
      before = found.size;
      for (const { from, to } of this.upcasters) if (to.some(({ type }) => found.has(type))) found.add(from.type);
    }
    return [...found];
  }

  /**
   * Checks at boot that every chain ends in a class of the registry, and that each version below a class's own can be read, by a class or an upcaster.
   * Throws `UPCASTERS_INVALID` with all faults. Tells the registry which versions are readable.
   */
  connect(registry: MessageRegistry): void {
    const faults = [...this.looseEnds(registry), ...this.gaps(registry)];
    if (faults.length > 0) throw new UpcastersInvalidError(faults);
    for (const { from } of this.upcasters) registry.keepReadable(from.type, from.version);
  }

  private stepFrom(type: string, version: number): Upcaster | undefined {
    return this.steps.get(type)?.get(version);
  }

  private looseEnds(registry: MessageRegistry): string[] {
    return this.upcasters.flatMap(({ from, to }) =>
      to
        .filter(
          (shape) =>
            shape !== from && !this.stepFrom(shape.type, shape.version) && registry.find(shape.type, shape.version)?.kind !== 'event',
        )
        .map(
          (shape) =>
            `the upcaster from ${text(from)} ends at ${text(shape)}, which neither a class nor another upcaster takes; ` +
            `give it the version of @Event('${shape.type}', …), or add the next step`,
        ),
    );
  }

  private gaps(registry: MessageRegistry): string[] {
    return registry.all().flatMap(({ kind, name, version, target }) => {
      if (kind !== 'event') return [];
      const below = Array.from({ length: version - 1 }, (_, index) => index + 1);
      return below
        .filter((older) => !this.stepFrom(name, older) && !registry.find(name, older))
        .map(
          (older) =>
            `${target.name} is ${name} in version ${version}, and nothing reads version ${older}; add upcast('${name}', ${older}).to('${name}', ${older + 1}, …), ` +
            `or upcast('${name}', ${older}).neverStored()`,
        );
    });
  }

  private circlesFrom(start: Upcaster): string[] {
    const seen = new Set<Upcaster>([start]);
    const queue = [start];
    for (const step of queue) {
      for (const shape of step.to) {
        const next = shape === step.from ? undefined : this.stepFrom(shape.type, shape.version);
        if (next === start) return [`the upcaster from ${text(start.from)} leads back to where it began`];
        if (next && !seen.has(next)) queue.push(next);
        if (next) seen.add(next);
      }
    }
    return [];
  }
}

function convert(step: Upcaster, event: RecordedEvent): readonly (JsonObject | undefined)[] {
  try {
    return step.convert(event.data, event);
  } catch (error) {
    throw new UpcastFailedError(step.from, event, error);
  }
}

function text({ type, version }: EventShape): string {
  return `${type} version ${version}`;
}
