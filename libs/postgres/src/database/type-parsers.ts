import { types, type CustomTypesConfig } from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const JSON_TYPE = 114;
const JSONB = 3802;
const TIMESTAMPTZ = 1184;

type TextParser = (value: string) => unknown;

// Read once, so that an application's later `types.setTypeParser` does not change what the libraries see.
const parseTimestamp = types.getTypeParser(TIMESTAMPTZ) as TextParser;
const parseTextArray = types.getTypeParser(1009 as never) as (value: string) => (string | null)[];

const OWN: ReadonlyMap<number, TextParser> = new Map<number, TextParser>([
  [INT8, BigInt],
  [INT8_ARRAY, (value) => parseTextArray(value).map((item) => (item === null ? null : BigInt(item)))],
  [JSON_TYPE, JSON.parse],
  [JSONB, JSON.parse],
  [TIMESTAMPTZ, parseTimestamp],
]);

/**
 * How values come out of the database: `bigint` as `bigint`, `json` and `jsonb` parsed, `timestamptz` as `Date`, `numeric` as string,
 * the rest as the driver does. It belongs to one pool; the parsers of the driver's module, which an application may have changed, stay as they are.
 */
export const TYPE_PARSERS: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown => {
    const own = format === 'binary' ? undefined : OWN.get(oid);
    return own ?? types.getTypeParser(oid, format);
  }) as CustomTypesConfig['getTypeParser'],
};
