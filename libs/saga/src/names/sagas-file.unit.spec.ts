import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CarriedSaga } from '../contracts/saga-store.js';
import { expectSagasKept } from '../testing/expect-sagas-kept.js';
import { missingSagas } from './sagas-file.js';

const checkout: CarriedSaga = { name: 'checkout', version: 1, hash: 'a1' };
const newer: CarriedSaga = { name: 'checkout', version: 2, hash: 'b2' };

describe('minos.sagas.json', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minos-sagas-'));
    file = join(folder, 'minos.sagas.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const expectKept = (...sagas: readonly CarriedSaga[]) => expectSagasKept({ carried: () => sagas }, file, { update: false });
  const record = (...sagas: readonly CarriedSaga[]) => expectSagasKept({ carried: () => sagas }, file, { update: true });

  it('records plans, sorted, and keeps them', () => {
    record(newer, checkout);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ sagas: [checkout, newer] });
    expectKept(checkout, newer);
    const before = readFileSync(file, 'utf8');
    record(checkout, newer);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('fails where a plan is not recorded, is gone, or has another structure', () => {
    expect(() => expectKept(checkout)).toThrow(expect.objectContaining({ code: 'SAGAS_NOT_RECORDED' }));
    record(checkout);
    expect(() => expectKept(checkout, newer)).toThrow(/"checkout" version 2.*MINOS_UPDATE_NAMES=1/);
    for (const check of [expectKept, record]) {
      expect(() => check(newer)).toThrow(expect.objectContaining({ code: 'SAGAS_LOST' }));
      expect(() => check({ ...checkout, hash: 'c3' })).toThrow(expect.objectContaining({ code: 'SAGA_PLAN_CHANGED' }));
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ sagas: [checkout] });
  });

  it.each(['{', 'null', '{"sagas":[1]}', '{"sagas":[{"name":"a"}]}'])('refuses a file that says %s', (text) => {
    writeFileSync(file, text);
    expect(() => expectKept(checkout)).toThrow(expect.objectContaining({ code: 'SAGAS_FILE_INVALID' }));
  });

  it('tells which plans live instances need', () => {
    const live = [checkout, newer].map((one) => ({ ...one, live: 1 }));
    expect(missingSagas(live, [checkout, newer])).toEqual([]);
    expect(missingSagas(live, [checkout, { ...newer, hash: 'x' }])).toMatchObject([newer]);
    expect(missingSagas(live, [])).toHaveLength(2);
  });
});
