import { choosePassword, normalPassword } from './password-policy.js';
import { WORST_PASSWORDS } from './worst-passwords.js';

describe('choosePassword', () => {
  const refused = (given: unknown, email: string | null = 'ann@example.org') =>
    expect(() => choosePassword(given, email, 'newPassword')).toThrow(
      expect.objectContaining({ code: 'PASSWORD_REFUSED', details: { path: 'newPassword' } }),
    );

  it('counts characters, not bytes or code units', () => {
    expect(choosePassword('żółćżółć', null)).toBe('żółćżółć');
    expect(choosePassword('🦊🐻🐼🐨🐯🦁🐮🐷', null)).toBe('🦊🐻🐼🐨🐯🦁🐮🐷');
    refused('🦊🐻🐼🐨🐯🦁🐮');
    refused('abcdefg');
  });

  it('takes long ones whole, up to 1024 bytes', () => {
    const long = 'ab c'.repeat(256);
    expect(choosePassword(long, null)).toBe(long);
    refused(`${long}x`);
    refused('ż'.repeat(513));
  });

  it('takes spaces and every character as they are, in the normal form NFKC', () => {
    expect(choosePassword('  spaces count  ', null)).toBe('  spaces count  ');
    expect(choosePassword('caf\u0065\u0301 au lait', null)).toBe('caf\u00e9 au lait');
    expect(normalPassword('ﬁne wine')).toBe('fine wine');
  });

  it.each(['password', 'PassWord123', 'qwertyuiop', 'ａｄｍｉｎ１２３', 'aaaaaaaaaaaa', 'abababababab', 'correcthorsebatterystaple'])(
    'refuses %s',
    (given) => refused(given),
  );

  it('refuses the e-mail address and its name', () => {
    refused('Ann@Example.org');
    refused('annabelle', 'annabelle@example.org');
  });

  it.each([undefined, null, 12345678, ['long enough'], {}, 'lone surrogate \ud800'])('refuses %j', (given) => refused(given));

  it('names only passwords that would be long enough', () => {
    for (const one of WORST_PASSWORDS) expect(one.length).toBeGreaterThanOrEqual(8);
    expect(WORST_PASSWORDS.size).toBeGreaterThan(200);
  });
});
