import type { Principal } from '@minos/common';
import { actsFor, ownAccount } from './acts-for.js';

const ADA = '0190c8a0-0000-7000-8000-000000000001';
const BOB = '0190c8a0-0000-7000-8000-000000000002';
const principal = (subject: string, ...roles: string[]): Principal => ({
  subject,
  roles,
  tenant: '',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: '',
  issuer: 'gateway',
  audience: ['order'],
});

it('a user acts for the account of the same id alone', () => {
  expect(actsFor(principal(ADA, 'customer'), ADA)).toBe(true);
  expect(actsFor(principal(ADA, 'customer'), BOB)).toBe(false);
  expect(actsFor(principal(''), '')).toBe(true);
});

it.each(['*', 'admin'])('%s acts for everybody, as work does that nobody asked for', (role) => {
  expect(actsFor(principal('other', role), ADA)).toBe(true);
  expect(actsFor(undefined, ADA)).toBe(true);
});

it('a service acts for everybody by its own message, and not by a token of its own through the gateway', () => {
  const service = principal('service:order', 'service');
  expect(actsFor({ ...service, issuer: 'order' }, ADA)).toBe(true);
  expect(actsFor(service, ADA)).toBe(false);
});

it('the own account is that of the id of the user, whom nobody is who has no such id', () => {
  expect(ownAccount(principal(ADA))).toBe(ADA);
  expect(ownAccount(principal('dev', '*'))).toBeUndefined();
  expect(ownAccount(undefined)).toBeUndefined();
});
