/** Random values of a schema, for property tests: every field may be missing, null or zero. Neighbours: ../model.ts. */
import type { Rand } from '../../../component-base/rand.ts';
import type { Field, Scalar, Schema, Struct } from '../model.ts';

export interface RandomOptions {
  readonly rand: Rand;
  /** The chance that a field is given. */
  readonly density: number;
  /** The chance that a value is of another type, and that a struct has an unknown member. */
  readonly mistakes?: number;
}

const MAX_DEPTH = 12;
const TEXTS = [
  '',
  'a',
  'web-1',
  'true',
  'y',
  '1',
  '0123',
  '1e3',
  '2020-01-01',
  'null',
  '~',
  'a: b',
  '- x',
  '#c',
  ' lead',
  'trail ',
  "it's",
  '"q"',
  'ünïcode',
  '漢字',
  '🚀',
  'tab\tx',
  'line\nbreak',
  'line\n',
  '\n',
  '<a>&b',
  '\u2028',
  '\u0001',
  'x'.repeat(90),
  'long text that has to be folded because it does not fit into eighty columns of a line at all',
  'a #b',
  'c:',
  '=',
  '0x1f',
  '1_000',
  '12:30:45',
  '.5',
  '...',
  '--- a',
  '@x',
  '{}',
  '[a]',
  '%',
  '!t',
  '&a',
  '*b',
  '|',
  '>',
  '`',
  '?',
  '? a',
  ':',
  ', a',
];
const KEYS = ['a', 'b', '__proto__', 'constructor', 'app.kubernetes.io/name', 'key10', 'key9', 'Z', '1', '10', '2', '_x', 'ä', 'é-1', 'on', 'x y', 'long-'.repeat(30)];
const QUANTITIES = [
  '0',
  '1',
  '100m',
  '1000m',
  '1.5',
  '0.5Gi',
  '1024Mi',
  '1e3',
  '1E',
  '-3',
  '1.0001',
  '12345678901234567890',
  '0.000000001',
  '5u',
  '1Ki',
  '1500Ki',
  '.5',
  '3.',
  '+2',
  '1.5e-2',
];
const TIMES = [
  '2020-01-02T03:04:05Z',
  '2020-02-29T23:59:59Z',
  '1999-12-31T23:30:00-02:30',
  '2020-01-02T03:04:05.987654321Z',
  '2020-01-02T03:04:05+14:00',
];
const MICRO_TIMES = ['2020-01-02T03:04:05.123456Z', '2020-01-02T03:04:05.000000+01:00'];
const DURATIONS = ['1s', '1h30m', '0', '1.5s', '250ms', '2us', '-1m', '3ns', '100h0m0.5s'];
const BASE64 = ['', 'aGk=', 'aGVsbG8h', '/w==', 'AAEC', 'aGk=\n', 'aGl='];
const FREE = [
  {},
  { a: 1, b: [true, null, 'x'], c: { d: '<' } },
  [1, 2.5],
  'text',
  7,
  true,
  { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } },
];
const INTEGERS = [0, 1, -1, 5, 80, 65_535, 2_147_483_647, -2_147_483_648];
const WRONG = ['text', 5, 1.5, true, [], {}, [1], { a: 1 }, '', 1e20];

export function randomValue(schema: Schema, options: RandomOptions, depth = 0): unknown {
  if (options.mistakes !== undefined && options.rand.float() < options.mistakes) return pick(options.rand, WRONG);
  switch (schema.kind) {
    case 'struct':
      return randomStruct(schema, options, depth);
    case 'list':
      return Array.from({ length: depth > MAX_DEPTH ? 0 : options.rand.int(3) }, () => randomValue(schema.items, options, depth + 1));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: depth > MAX_DEPTH ? 0 : options.rand.int(4) }, () => [
          pick(options.rand, KEYS),
          randomValue(schema.values, options, depth + 1),
        ]),
      );
    case 'scalar':
      return randomScalar(schema, options.rand);
    case 'union':
      return randomValue(pick(options.rand, schema.arms).schema, options, depth + 1);
    case 'any':
      return pick(options.rand, FREE);
  }
}

function randomStruct(schema: Struct, options: RandomOptions, depth: number): Record<string, unknown> {
  const { rand } = options;
  const object: Record<string, unknown> = {};
  const chance = depth > MAX_DEPTH ? 0 : options.density / (1 + depth / 4);
  for (const field of shuffled(rand, [...schema.fields.values()])) {
    if (rand.float() < chance) object[field.name] = randomMember(field, options, depth);
  }
  if (options.mistakes !== undefined && rand.float() < options.mistakes * 5)
    object[pick(rand, ['nonsense', 'Name', 'metadata2'])] = pick(rand, WRONG);
  return object;
}

function randomMember(field: Field, options: RandomOptions, depth: number): unknown {
  const mayBeNull = !(field.schema.kind === 'scalar' && field.schema.is === 'duration');
  return mayBeNull && options.rand.float() < 0.05 ? null : randomValue(field.schema, options, depth + 1);
}

function randomScalar(schema: Scalar, rand: Rand): unknown {
  switch (schema.is) {
    case 'string':
      return pick(rand, TEXTS);
    case 'bool':
      return rand.float() < 0.5;
    case 'int32':
      return pick(rand, INTEGERS);
    case 'int64':
      return pick(rand, [...INTEGERS, 9_007_199_254_740_991, 9_007_199_254_740_993n, -9_223_372_036_854_775_808n]);
    case 'double':
      return pick(rand, [0, 0.5, -1, 3, 1e21, 1e-7, 123_456.75]);
    case 'bytes':
      return pick(rand, BASE64);
    case 'quantity':
      return pick(rand, [...QUANTITIES, 3, 0.25]);
    case 'time':
      return pick(rand, TIMES);
    case 'microTime':
      return pick(rand, MICRO_TIMES);
    case 'duration':
      return pick(rand, DURATIONS);
    case 'intOrString':
      return pick(rand, [...INTEGERS, 'http', '25%', '']);
    case 'fieldsV1':
      return pick(rand, FREE.slice(0, 2));
  }
}

function pick<T>(rand: Rand, list: readonly T[]): T {
  return list[rand.int(list.length)] as T;
}

function shuffled<T>(rand: Rand, list: T[]): T[] {
  return list
    .map((item) => ({ item, order: rand.float() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
