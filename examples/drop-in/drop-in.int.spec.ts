import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@minos/common/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { HeroesFiles, HeroesProcess } from './heroes-process.js';

const WITHIN = 60_000;
const ours = (text: string): string => text.replace("'@nestjs/cqrs'", "'@minos/cqrs'");
/** A saga that takes its time: long enough to be killed meanwhile. */
const slow = (text: string): string =>
  text.replace('import { map,', 'import { delay, map,').replace('.pipe(map(', '.pipe(delay(600_000)).pipe(map(');

describe('one file written for @nestjs/cqrs', () => {
  let files: HeroesFiles;
  let main: string;
  let databases: readonly TestDatabase[];
  let env: NodeJS.ProcessEnv;
  const running: HeroesProcess[] = [];

  beforeAll(async () => {
    files = await HeroesFiles.make();
    main = await files.compile('main.ts', 'main');
  });
  afterAll(() => files.remove());
  beforeEach(async () => {
    databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const [own, broker] = databases.map(({ url }) => url);
    env = { DATABASE_URL: own, BROKER_URL: broker, NODE_ENV: 'test' };
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  const start = async (heroes: string): Promise<HeroesProcess> => {
    const started = await HeroesProcess.start(main, heroes, env);
    running.push(started);
    return started;
  };
  const sword = (game: HeroesProcess, hero: string): Promise<readonly string[]> =>
    until(
      async () => {
        const items = await game.items(hero);
        return items.length > 0 ? items : undefined;
      },
      `the sword of ${hero}`,
      WITHIN,
    );
  /** Kills the process between the event of ann and the second command, and starts it again. */
  const restarted = async (source: string, change: (text: string) => string): Promise<HeroesProcess> => {
    const first = await start(await files.compile(source, 'slow', (text) => slow(change(text))));
    expect(await first.killDragon('ann')).toBe(201);
    expect(await first.items('ann')).toEqual([]);
    await first.kill();
    return start(await files.compile(source, 'quick', change));
  };

  it('has at most 47 lines', async () => {
    expect((await readFile(join(__dirname, 'heroes.ts'), 'utf8')).trimEnd().split('\n').length).toBeLessThanOrEqual(47);
  });

  it.each([
    ['as it is', (text: string) => text],
    ['after its import was changed', ours],
  ])(
    'runs %s',
    async (_, change) => {
      const game = await start(await files.compile('heroes.ts', 'heroes', change));
      expect(await game.killDragon('ann')).toBe(201);
      expect(await sword(game, 'ann')).toEqual(['sword']);
      expect(await game.items('bob')).toEqual([]);
    },
    3 * WITHIN,
  );

  it(
    'survives a kill with names: the second command has its effect, once',
    async () => {
      const second = await restarted('durable-heroes.ts', (text) => text);
      expect(await sword(second, 'ann')).toEqual(['sword']);
      await second.kill();
      const third = await start(await files.compile('durable-heroes.ts', 'quick'));
      expect(await third.killDragon('bob')).toBe(201);
      expect(await sword(third, 'bob')).toEqual(['sword']);
      expect(await third.items('ann')).toEqual(['sword']);
    },
    3 * WITHIN,
  );

  it(
    'control: loses the second command without names',
    async () => {
      const game = await restarted('heroes.ts', ours);
      expect(await game.killDragon('bob')).toBe(201);
      expect(await sword(game, 'bob')).toEqual(['sword']);
      expect(await game.items('ann')).toEqual([]);
    },
    3 * WITHIN,
  );
});
