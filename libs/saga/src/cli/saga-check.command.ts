import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CliCommand, CliUsageError, counted, Given, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import type { CarriedSaga, SagaInUse } from '../contracts/saga-store.js';
import { missingSagas, readSagas, versionIn } from '../names/sagas-file.js';
import { PostgresSagaStore } from '../postgres/postgres-saga-store.js';

const FILE = 'minos.sagas.json';

export const SAGA_CHECK: CliCommand = {
  name: 'check',
  summary: 'fail where live instances need a plan that the build does not have; run it against each database before a deployment',
  options: {
    file: { type: 'string', value: 'file', help: `what the test of the service has recorded (${FILE})` },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const file = given.text('file') ?? FILE;
    const path = resolve(context.folder, file);
    if (!existsSync(path)) {
      throw new CliUsageError(
        `--file: there is no ${file}. A test of the service writes it: expectSagasKept(app.get(SagaOperations), '${FILE}').`,
      );
    }
    const recorded = readSagas(path);
    const inUse = await new PostgresSagaStore(context.database()).inUse();
    const missing = missingSagas(inUse, recorded);
    if (given.flag('json')) context.print(toJson({ inUse, missing }));
    else (missing.length === 0 ? [goodText(inUse, file)] : missingLines(missing, recorded, file)).forEach(context.print);
    return missing.length === 0 ? 0 : 1;
  },
};

function goodText(inUse: readonly SagaInUse[], file: string): string {
  const live = inUse.reduce((sum, one) => sum + one.live, 0);
  return `${file} has every plan that live instances need (${counted(live, 'instance')} of ${counted(inUse.length, 'plan')}).`;
}

function missingLines(missing: readonly SagaInUse[], recorded: readonly CarriedSaga[], file: string): string[] {
  const rows = missing.map((one) => {
    const found = versionIn(recorded, one);
    const why = found === undefined ? 'is gone' : `has another structure (${found.hash}, and instances need ${one.hash})`;
    return [printable(one.name), String(one.version), String(one.live), why];
  });
  return [
    ...table(['SAGA', 'VERSION', 'LIVE', 'IN THE BUILD IT'], rows),
    `Nobody would go on with them after a deployment of ${file}: bring the classes back as they were, beside those of new versions, until no instance lives.`,
  ];
}
