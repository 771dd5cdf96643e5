import { type FeedReadAnswer, receivedPage } from './feed-read.query.js';
import { locatedPosition } from './feed-locate.query.js';

const asked = { types: ['title.printed'], after: '10', limit: 5 };
const event = (position: string, type = 'title.printed') => ({ position, type, recordedAt: '2026-01-01T00:00:00Z', metadata: {} });
const answer = (fields: object = {}): FeedReadAnswer =>
  ({ events: [event('11'), event('12')], covered: '14', more: false, latest: '20', ...fields }) as unknown as FeedReadAnswer;

describe('what another service answers of its feed', () => {
  it('is a page where it can be', () => {
    expect(receivedPage(answer(), asked)).toMatchObject({ covered: '14', more: false, events: [{ position: '11' }, { position: '12' }] });
    expect(receivedPage(answer({ events: [], covered: '10' }), asked).events).toEqual([]);
  });

  it.each([
    ['events that are none', { events: 'all' }],
    ['positions that are none', { covered: 'x' }],
    ['an end that is none', { latest: 7 }],
    ['an end before its beginning', { events: [], covered: '9' }],
    ['an end behind that of the feed', { covered: '21' }],
    ['more, and nothing of it', { events: [], covered: '10', more: true }],
    ['events of the past', { events: [event('10')] }],
    ['events in another order', { events: [event('12'), event('11')] }],
    ['events behind its end', { events: [event('15')] }],
    ['events of another type', { events: [event('11', 'title.pulped')] }],
    ['events without a position', { events: [{ ...event('11'), position: undefined }] }],
  ])('is refused with %s', (_what, fields) => {
    expect(() => receivedPage(answer(fields), asked)).toThrow(expect.objectContaining({ code: 'FEED_ANSWER_INVALID' }));
  });

  it('is a position, or none', () => {
    expect([locatedPosition({ position: '7' }), locatedPosition({ position: null })]).toEqual(['7', undefined]);
    expect(() => locatedPosition({ position: "7' or 1" })).toThrow(expect.objectContaining({ code: 'FEED_ANSWER_INVALID' }));
  });
});
