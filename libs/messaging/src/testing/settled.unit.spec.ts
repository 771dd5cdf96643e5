import { settled, type WorkPlace } from './settled.js';

/** Each look is the next of the list; the last one stays. */
function scripted(...looks: readonly { busy?: string; mark?: string }[]): WorkPlace & { readonly looked: () => number } {
  let at = 0;
  return {
    looked: () => at,
    look: async () => {
      const { busy, mark = '' } = looks[Math.min(at, looks.length - 1)] ?? {};
      at += 1;
      return { busy: busy === undefined ? [] : [busy], mark };
    },
  };
}

describe('settled', () => {
  it('waits until nothing is busy twice in a row', async () => {
    const place = scripted({ busy: 'one' }, { busy: 'two' }, {});
    await settled([place]);
    expect(place.looked()).toBe(4);
  });

  it('does not believe a pause in which something moved from a place that was looked at to one that was not yet', async () => {
    // The message leaves the first place before it is looked at, and is handled in the other before that is.
    const from = scripted({ mark: '0' }, { mark: '1' }, { mark: '1' });
    const to = scripted({ mark: '0' }, { mark: '0' }, { mark: '1', busy: 'handles it' }, { mark: '2' });
    await settled([from, to]);
    expect(to.looked()).toBe(5);
  });

  it('rejects when the time is over, with what is busy', async () => {
    await expect(settled([scripted({ busy: 'order has 3 messages to publish' })], { timeout: 10 })).rejects.toThrow(
      'Not settled within 10 ms: order has 3 messages to publish.',
    );
    let n = 0;
    const restless: WorkPlace = { look: async () => ({ busy: [], mark: String((n += 1)) }) };
    await expect(settled([restless], { timeout: 10 })).rejects.toThrow('something happens all the time');
  });
});
