import { emailAddress } from './email-address.js';

describe('emailAddress', () => {
  it.each([
    ['Ann@Example.ORG', 'ann@example.org'],
    ['  ann@example.org ', 'ann@example.org'],
    ["o'neil+shop@mail.example.co.uk", "o'neil+shop@mail.example.co.uk"],
    ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('takes %s', (given, normal) => expect(emailAddress(given)).toBe(normal));

  it.each([
    '',
    'ann',
    'ann@',
    '@example.org',
    'ann@localhost',
    'ann@@example.org',
    'ann..b@example.org',
    '.ann@example.org',
    'ann@-example.org',
    'ann@example..org',
    'ann @example.org',
    'ann@exa\u0000mple.org',
    'änn@example.org',
    'аnn@example.org',
    '"ann b"@example.org',
    'ann@[127.0.0.1]',
    `${'a'.repeat(65)}@example.org`,
    `ann@${'a.'.repeat(130)}org`,
    'a'.repeat(100_000),
    undefined,
    null,
    5,
    ['ann@example.org'],
    { toString: () => 'ann@example.org' },
  ])('refuses %j', (given) => {
    expect(() => emailAddress(given)).toThrow(expect.objectContaining({ code: 'EMAIL_REFUSED', details: { path: 'email' } }));
  });
});
