import { type DescribedEnds, type DescribedStep, describedSteps, type SagaDescription } from '@minos/saga';
import type { SagaFacts } from '../asyncapi/service-facts.js';

/** What leaves the service because of its sagas; all versions of one are one. */
export function sagaFacts(sagas: readonly SagaDescription[]): readonly SagaFacts[] {
  const names = [...new Set(sagas.map(({ name }) => name))];
  return names.map((name) => {
    const versions = sagas.filter((saga) => saga.name === name);
    return {
      name,
      asked: unique(versions.flatMap(({ steps }) => describedSteps(steps).flatMap(asked))),
      told: unique(versions.flatMap(({ ends }) => told(ends))),
    };
  });
}

function asked({ action, command, compensation }: DescribedStep): readonly string[] {
  if (action === 'local') return [];
  const undo = typeof compensation === 'object' ? compensation.command : undefined;
  return [command, undo].flatMap((message) => message?.name ?? []);
}

function told({ completed, compensated, parked }: DescribedEnds): readonly string[] {
  return [completed, compensated, parked].flatMap((end) => (typeof end === 'object' ? [end.name] : []));
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
