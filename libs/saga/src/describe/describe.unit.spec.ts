import { Purchase } from '../linear-saga-kit.js';
import { planHash } from '../definition/plan-hash.js';
import { Insurance, Journey } from './describe-kit.js';
import { describe as describeSaga } from './describe.js';
import { describedSteps } from './description.js';

const SHAPES = [
  /^(\w+)\(\["([^"]+)"\]\)$/,
  /^(\w+)\[\/"([^"]+)"\/\]$/,
  /^(\w+)\[\["([^"]+)"\]\]$/,
  /^(\w+)\["([^"]+)"\]$/,
  /^(\w+)\("([^"]+)"\)$/,
  /^(\w+)\{\{"([^"]+)"\}\}$/,
  /^(\w+)\{"([^"]+)"\}$/,
];
const EDGE = /^(\w+) (?:-->|-\.->)(?:\|"([^"]+)"\|)? (\w+)$/;
const STYLE = /^(?:classDef \w+ [\w:,-]+(?: \d)?|class \w+ \w+)$/;

interface Parsed {
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly (readonly [from: string, to: string, label: string | undefined, dotted: boolean])[];
}

/** The part of Mermaid's grammar that the drawings use, and nothing else of it. */
function parse(text: string): Parsed {
  const [head, ...lines] = text.trimEnd().split('\n');
  expect(head).toBe('flowchart TD');
  const nodes = new Map<string, string>();
  const edges: Parsed['edges'][number][] = [];
  for (const line of lines.map((one) => one.replace(/^ {2}(?=\S)/, ''))) {
    const edge = EDGE.exec(line);
    const shape = SHAPES.map((one) => one.exec(line)).find(Boolean);
    if (edge) edges.push([edge[1] ?? '', edge[3] ?? '', edge[2], line.includes('-.->')]);
    else if (shape) {
      expect([...nodes.keys(), 'end']).not.toContain(shape[1]);
      expect(shape[2]?.replace(/<br\/>|<\/?b>|#\d+;/g, '')).not.toMatch(/["<>#&`]/);
      nodes.set(shape[1] ?? '', shape[2] ?? '');
    } else expect(line).toMatch(STYLE);
  }
  return { nodes, edges };
}

/** Each arrow by the texts at its ends. */
function arrows({ nodes, edges }: Parsed, dotted: boolean): string[] {
  const textOf = (id: string): string => (nodes.get(id) ?? 'MISSING').replace(/<\/?b>/g, '').replace(/<br\/>/g, ' · ');
  return edges
    .filter((edge) => edge[3] === dotted)
    .map(([from, to, label]) => `${textOf(from)} > ${label === undefined ? '' : `(${label}) `}${textOf(to)}`);
}

it('tells a linear saga as data, with the policies that it has by default', () => {
  const described = describeSaga(Purchase);
  expect(described).toMatchObject({
    name: 'purchase',
    version: 1,
    hash: planHash(new Purchase().plan),
    starts: [{ kind: 'event', message: { name: 'basket.placed' }, keyed: false }],
    ends: { compensated: { name: 'basket.refuse', owner: 'shop' } },
  });
  expect(described.steps).toEqual([
    expect.objectContaining({
      name: 'take-pieces',
      action: 'remote',
      command: { name: 'pieces.take', owner: 'stock' },
      rejections: [{ code: 'stock.empty', then: 'compensate' }],
      compensation: {
        command: { name: 'pieces.return', owner: 'stock' },
        retry: { everyMs: 1_000, longestMs: 10_000, times: 5 },
        timeoutMs: 30_000,
      },
      timeout: { afterMs: 5_000, then: 'compensate' },
      pivot: false,
    }),
    expect.objectContaining({ name: 'take-money', timeout: { afterMs: 60_000, then: 'compensate' } }),
    expect.objectContaining({ name: 'confirm', action: 'local', command: { name: 'basket.confirm', owner: 'shop' }, pivot: true }),
  ]);
  expect(described.steps[2]).not.toHaveProperty('compensation');
  expect(described.steps[2]).not.toHaveProperty('timeout');
});

it('tells choices, branches, other sagas, and what has no way back', () => {
  const described = describeSaga(new Journey());
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  expect(described.starts.map(({ kind, message, keyed }) => [kind, message.name, keyed])).toEqual([
    ['event', 'trip.wished', false],
    ['command', 'trip.again', true],
  ]);
  expect(described.steps).toMatchObject([
    { name: 'seat', timeout: { afterMs: 5_000, then: 'retry' }, compensation: { retry: { everyMs: 2_000, times: 3 }, timeoutMs: 10_000 } },
    { kind: 'choice', name: 'how-far', otherwise: false, branches: [{ name: '"far" <away>' }, { name: 'near' }] },
    { kind: 'parallel', name: 'extras', branches: [{ name: 'cover' }, { name: 'meal' }] },
    { name: 'confirm', pivot: true },
    { name: 'thanks', forward: true, timeout: { afterMs: 60_000, then: 'retry' }, retry: { times: 'forever' } },
  ]);
  const steps = describedSteps(described.steps);
  expect(steps.map(({ name }) => name)).toEqual(['seat', 'room', 'walk', 'cover', 'meal', 'confirm', 'thanks']);
  expect(steps.find(({ name }) => name === 'cover')).toMatchObject({ action: 'saga', saga: 'insurance', compensation: 'itself' });
  expect(steps.find(({ name }) => name === 'meal')?.rejections).toEqual([{ code: 'seat.none', then: 'continue' }]);
  expect(described.ends).toEqual({ completed: { name: 'trip.close', owner: 'travel' }, compensated: 'unknown' });
});

it('describes a bare plan too', () => {
  const { plan } = new Purchase();
  expect(describeSaga(plan)).toMatchObject({ name: 'saga', version: 1, hash: planHash(plan) });
  expect(describeSaga(plan, { name: 'mine', version: 7 })).toMatchObject({ name: 'mine', version: 7 });
});

it('draws the way forward, and the compensations from the last to the first', () => {
  const drawing = parse(describeSaga(Purchase).mermaid);
  expect(arrows(drawing, false)).toEqual([
    'event · basket.placed > purchase · version 1',
    'purchase · version 1 > take-pieces · pieces.take → stock',
    'take-pieces · pieces.take → stock > take-money · money.take → bank',
    'take-money · money.take → bank > pivot · confirm · basket.confirm, here',
    'pivot · confirm · basket.confirm, here > completed',
  ]);
  expect(arrows(drawing, true)).toEqual([
    'take-pieces · pieces.take → stock > (compensation) pieces.return → stock',
    'take-money · money.take → bank > (compensation) money.return → bank',
    'pivot · confirm · basket.confirm, here > (rejected) money.return → bank',
    'money.return → bank > pieces.return → stock',
    'pieces.return → stock > compensated · sends basket.refuse → shop',
  ]);
});

it('draws choices and parallel branches, and escapes what people wrote', () => {
  const drawing = parse(describeSaga(Journey).mermaid);
  expect(arrows(drawing, false)).toEqual(
    expect.arrayContaining([
      'how-far > (#34;far#34; #60;away#62;) room · room.book → hotel',
      'how-far > (else) extras · at once',
      'extras · at once > (cover) cover · saga insurance',
      'meal · seat.book → rail > extras · all of them',
      'pivot · confirm · trip.close, here > thanks · trip.close → travel',
      'thanks · trip.close → travel > completed · sends trip.close → travel',
    ]),
  );
  const back = arrows(drawing, true);
  expect(back).toEqual(
    expect.arrayContaining([
      'room.free → hotel > seat.free → rail',
      'cover · saga insurance > (compensation) saga insurance, back',
      'saga insurance, back > room.free → hotel',
      'walk · trip.close, here > (rejected) seat.free → rail',
    ]),
  );
  expect(back.filter((arrow) => arrow.startsWith('thanks'))).toEqual([]);
  expect(back.at(-1)).toBe('seat.free → rail > compensated · sends a command');
});

it.each([Purchase, Journey, Insurance])('draws no arrow from or to nothing, and nothing that no arrow reaches: %p', (type) => {
  const { nodes, edges } = parse(describeSaga(type).mermaid);
  expect(edges.flatMap(([from, to]) => [from, to]).filter((id) => !nodes.has(id))).toEqual([]);
  const reached = new Set(['begin', ...[...nodes.keys()].filter((id) => id.startsWith('on'))]);
  for (const id of reached) for (const [from, to] of edges) if (from === id) reached.add(to);
  expect([...nodes.keys()].filter((id) => !reached.has(id))).toEqual([]);
  expect([...reached]).toEqual(expect.arrayContaining(['completed', 'compensated']));
});
