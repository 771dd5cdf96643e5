import { BadRequestException } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import type { ProblemField } from '../problem/problem-document.js';
import { BodyValidationPipe } from './body-validation.pipe.js';

class Part {
  @IsInt()
  size!: number;
}

class Box {
  @IsString()
  label!: string;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Part)
  lid?: Part;

  @IsOptional()
  @ValidateNested()
  @Type(() => Box)
  inner?: Box;
}

async function fieldsOf(body: unknown, pipe = new BodyValidationPipe()): Promise<readonly ProblemField[]> {
  const error: unknown = await pipe.transform(body, { type: 'body', metatype: Box }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof BadRequestException ? (error.getResponse() as { errors: ProblemField[] }).errors : [];
}

const pathsOf = async (body: unknown, pipe?: BodyValidationPipe): Promise<string[]> => (await fieldsOf(body, pipe)).map(({ path }) => path);

describe('BodyValidationPipe', () => {
  it('takes what fits', async () => {
    expect(await pathsOf({ label: 'a', parts: [{ size: 1 }], lid: { size: 2 }, inner: { label: 'b', parts: [] } })).toEqual([]);
  });

  it('says of a missing field that it is missing, and of a wrong one what it should be', async () => {
    expect(await fieldsOf({ parts: [{}] })).toEqual([
      { path: 'label', message: 'label is missing' },
      { path: 'parts[0].size', message: 'size is missing' },
    ]);
    expect(await fieldsOf({ label: null })).toEqual([{ path: 'label', message: 'label must be a string' }]);
  });

  it.each<[string, object, string[]]>([
    ['an empty list for an item', { label: 'a', parts: [[]] }, ['parts[0]']],
    ['a list of good items for an item', { label: 'a', parts: [{ size: 1 }, [{ size: 1 }]] }, ['parts[1]']],
    ['lists in lists', { label: 'a', parts: [[[]], []] }, ['parts[0]', 'parts[1]']],
    ['a list for an object', { label: 'a', lid: [] }, ['lid']],
    ['a list further down', { label: 'a', inner: { label: 'b', inner: { label: 'c', parts: [[]] } } }, ['inner.inner.parts[0]']],
  ])('refuses %s', async (_what, body, paths) => {
    expect(await pathsOf(body)).toEqual(paths);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'refuses a field %s, which would hide that of every object',
    async (name) => {
      expect(await pathsOf({ label: 'a', lid: { size: 1, [name]: 5 } })).toEqual([`lid.${name}`]);
    },
  );

  it('refuses an object of more fields, and a body of more values, than the limits say', async () => {
    const many = Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`k${index}`, 1]));
    const begun = process.cpuUsage();
    expect(await pathsOf({ label: 'a', lid: many })).toEqual(['lid']);
    expect(await pathsOf({ label: 'a', parts: Array.from({ length: 300_000 }, () => ({})) })).toEqual(['parts']);
    // Looked at by class-transformer and class-validator, each of the two takes seconds. What other processes take of the machine does not count.
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(1_500);
    expect(await pathsOf({ label: 'a', parts: [{ size: 1 }, { size: 1 }] }, new BodyValidationPipe({ values: 4 }))).toEqual(['parts[1]']);
  });

  it('does not repeat long names in full', async () => {
    const fields = await fieldsOf({ label: 'a', ['x'.repeat(100_000)]: 1 });
    expect(fields).toHaveLength(1);
    expect(JSON.stringify(fields).length).toBeLessThan(600);
  });
});
