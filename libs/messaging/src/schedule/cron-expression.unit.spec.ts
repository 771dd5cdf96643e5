import { CronExpression } from './cron-expression.js';

const read = (expression: string, timezone = 'UTC'): CronExpression => {
  const found = CronExpression.read(expression, timezone);
  if (typeof found === 'string') throw new Error(found);
  return found;
};
const ticks = (expression: CronExpression, from: string, count: number): string[] => {
  const found: string[] = [];
  for (let moment = Date.parse(from); found.length < count;) {
    moment = expression.after(moment) ?? Number.NaN;
    found.push(new Date(moment).toISOString().slice(0, 16));
  }
  return found;
};

describe('CronExpression', () => {
  it('gives the ticks after a moment, in UTC where nothing else is said', () => {
    expect(ticks(read('*/5 * * * *'), '2026-01-01T00:00:00Z', 2)).toEqual(['2026-01-01T00:05', '2026-01-01T00:10']);
    expect(read('*/10 * * * * *').after(Date.parse('2026-01-01T00:00:09.999Z'))).toBe(Date.parse('2026-01-01T00:00:10Z'));
    expect(read('*/10 * * * * *').after(Date.parse('2026-01-01T00:00:10Z'))).toBe(Date.parse('2026-01-01T00:00:20Z'));
    expect(ticks(read('@daily'), '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-02T00:00']);
    expect(ticks(read('0 9 * * MON-FRI'), '2026-01-02T10:00:00Z', 1)).toEqual(['2026-01-05T09:00']);
  });

  it('counts in its time zone, in summer and in winter', () => {
    const nine = read('0 9 * * *', 'America/New_York');
    expect(ticks(nine, '2026-01-10T00:00:00Z', 1)).toEqual(['2026-01-10T14:00']);
    expect(ticks(nine, '2026-07-10T00:00:00Z', 1)).toEqual(['2026-07-10T13:00']);
    expect(ticks(read('0 9 * * *', 'Asia/Kolkata'), '2026-07-10T00:00:00Z', 1)).toEqual(['2026-07-10T03:30']);
  });

  it('runs a fixed time that is left out in spring right behind the gap, on the same day', () => {
    // 02:30 does not exist in Berlin on 29 March: 01:59 CET is followed by 03:00 CEST.
    expect(ticks(read('30 2 * * *', 'Europe/Berlin'), '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  });

  it('runs a fixed time that comes twice in autumn once, also in a list', () => {
    expect(ticks(read('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(ticks(read('30 2,14 * * *', 'Europe/Berlin'), '2026-10-24T13:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-25T13:30']);
  });

  it('runs what comes often in every hour of a day of 25, and of 23', () => {
    expect(ticks(read('30 * * * *', 'Europe/Berlin'), '2026-10-24T23:45:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ]);
    expect(ticks(read('30 * * * *', 'Europe/Berlin'), '2026-03-28T23:45:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:30',
      '2026-03-29T02:30',
    ]);
  });

  it.each([
    ['61 * * * *', 'UTC', 'Invalid value for minute: 61'],
    ['* * * *', 'UTC', 'it needs five fields, or six with seconds in front'],
    ['0 0 0 1 1 * 2030', 'UTC', 'it needs five fields, or six with seconds in front'],
    ['2026-05-05T00:00:00', 'UTC', 'it needs five fields, or six with seconds in front'],
    ['', 'UTC', 'it needs five fields, or six with seconds in front'],
    ['@sometimes', 'UTC', 'invalid configuration format'],
    ['0 3 * * *', 'Europe/Nowhere', 'Invalid time zone specified: Europe/Nowhere'],
  ])('says what is wrong with %j in %s', (expression, timezone, fault) => {
    expect(CronExpression.read(expression, timezone)).toEqual(expect.stringContaining(fault));
  });
});
