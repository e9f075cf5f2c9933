import * as fc from 'fast-check';

/** Stands in values, never in names: no refusal and no log line may repeat it. */
export const canary = 'Zq7Vrx';

/** A card number that no document of ours shows. */
export const canaryPan = '4539578763621486';

const minute = 'T12:00';

export const oddTexts: readonly string[] = [
  ...['', ' ', '\u00a0\t\n', '"', '\\', "'", '\u0000', 'a\u0000b', '\ud800', 'a\udc00', '\ufffd'],
  ...['\ufeff', '\u202eabc', '\u2066a\u2069', 'a\u200bb', '\u200d', '\u061c', '\u0085', '\u2028'],
  ...['e\u0301', 'ﬀ', 'İ', 'ß', '１２', '٣', '😀', '👩‍👩‍👧‍👦', '\u{e0001}', '\u{10ffff}'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then'],
  ...['null', 'true', 'NaN', 'Infinity', '-0', '0x10', '1e3', '1_000', '1,5', '00', '+1', ' 7 '],
  ...['1e400', '-1', '9007199254740993', '2147483648', '0.00001', '99999999999999999999', '.5'],
  ...['2026-02-30', '2026-02-29', '0000-01-01', '9999-12-31', '-000001-01-01', '+275760-09-13'],
  ...[`2026-11-29${minute}:60Z`, `2026-11-29${minute}:00+14:00`, `2026-11-29${minute}:00-23:59`],
  ...[`2026-11-29${minute}:00`, `2026-11-29${minute}Z`, '1969-12-31T23:59:59Z', '24:00', 'now'],
  ...['../../etc/passwd', '%00', '%', '<b>&"', "' or 1=1 --", '=1+1', '${7*7}', '{tx.source}'],
  ...['a@b.cc', `${canary}@example.com`, 'a@b', '@', '127.0.0.1', '::', '::ffff:1.2.3.4', '[::1]'],
  ...[canary, `${canary} ${canaryPan}`, canaryPan, '4539-5787 6362\u200b1486'],
  ...['x'.repeat(65), 'é'.repeat(101), '😀'.repeat(501), `a${'\u0301'.repeat(300)}`],
];

/** Names of fields: those of prototypes, and some that no message may repeat. */
const oddNames: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'then', 'length'],
  ...['', ' ', '0', '-1', 'a.b', 'a[0]', '$', '\u0000', '\ud800', 'é', '😀', 'x'.repeat(300)],
  ...[`${canary} is no name`, canaryPan],
];

const oddNumbers: readonly number[] = [
  ...[0, -0, 1, -1, 0.1 + 0.2, 0.0001, 0.00001, 1e-7, 5e-324, 1e21, 1e308, -1e308],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53)],
  ...[1_000_000_000, 1_000_000_000.0001, -1_000_000_000, 999_999_999.9999, 59, 60, 3599, 86_400],
  ...[8.64e15, 8.64e15 + 1, 1_764_417_600_000],
];

const oddLeaf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...oddTexts) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...oddNumbers) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null]) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** Any JSON value: odd leaves in lists and objects with odd names. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddLeaf },
  { weight: 1, arbitrary: fc.array(oddLeaf, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...oddNames), oddLeaf), { maxLength: 3 })
      .map((entries) => Object.fromEntries(entries)),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const hows = ['put', 'remove', 'double', 'enlarge', 'nest', 'retype', 'add'] as const;

/** One change of a document, at the place whose number is `at` modulo the number of places. */
interface Edit {
  readonly at: number;
  readonly how: (typeof hows)[number];
  readonly value: unknown;
  readonly name: string;
  readonly times: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom(...hows, 'put', 'put'),
  value: oddJson,
  name: fc.constantFrom(...oddNames),
  times: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(2, 3, 12) },
    { weight: 2, arbitrary: fc.constantFrom(51, 101, 400) },
    { weight: 1, arbitrary: fc.constantFrom(1_001, 5_000) },
  ),
});

type Path = readonly (string | number)[];
type Json = Readonly<Record<string, unknown>>;

const placesMax = 3_000;
const depthMax = 100;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const pathsOf = (root: unknown): Path[] => {
  const paths: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null || path.length > depthMax) return;
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, inner] of entries) {
      if (paths.length >= placesMax) return;
      visit(inner, [...path, key]);
    }
  };
  visit(root, []);
  return paths;
};

/** What takes the place of a value: several in a list, none where it is removed. */
type Change = (value: unknown) => readonly unknown[];

const changedAt = (value: unknown, path: Path, change: Change): readonly unknown[] => {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return [value.flatMap((inner, at) => (at === key ? changedAt(inner, rest, change) : [inner]))];
  }
  const entries = Object.entries(value as Json).flatMap(([name, inner]) =>
    name === key
      ? changedAt(inner, rest, change).map((one) => [name, one] as const)
      : [[name, inner] as const],
  );
  return [Object.fromEntries(entries)];
};

/** Beyond the largest body of a request nothing new can happen. */
const textMax = 1_100_000;

const enlarged = (value: unknown, times: number): unknown => {
  if (typeof value === 'number') return value * times;
  if (typeof value === 'string') {
    return value.repeat(value.length * times > textMax ? 1 : times);
  }
  if (Array.isArray(value)) return Array.from({ length: times }, () => value as unknown[]).flat();
  if (!isObject(value)) return value;
  const more = Array.from({ length: times }, (_, index) => [`more${index}`, index] as const);
  return { ...value, ...Object.fromEntries(more) };
};

/** Deeper documents are made as texts: printing them would overflow the stack here. */
const nestedMax = 400;

const nested = (value: unknown, times: number): unknown => {
  let deep = value;
  for (let level = 0; level < Math.min(times, nestedMax); level += 1)
    deep = level % 2 === 0 ? [deep] : { a: deep };
  return deep;
};

const retyped = (value: unknown): unknown => {
  if (typeof value === 'string') return value.trim() === '' ? [] : Number(value) || value === '1';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return Object.fromEntries(Object.entries(value));
  return isObject(value) ? Object.values(value) : {};
};

const changeOf = ({ how, value: odd, name, times }: Edit): Change => {
  switch (how) {
    case 'put':
      return () => [odd];
    case 'remove':
      return () => [];
    case 'double':
      return (value) => [value, value];
    case 'enlarge':
      return (value) => [enlarged(value, times)];
    case 'nest':
      return (value) => [nested(value, times)];
    case 'retype':
      return (value) => [retyped(value)];
    case 'add':
      return (value) => [
        isObject(value) ? Object.fromEntries([...Object.entries(value), [name, odd]]) : value,
      ];
    default:
      return how satisfies never;
  }
};

const applied = (root: unknown, one: Edit): unknown => {
  const paths = pathsOf(root);
  const path = paths[one.at % paths.length] ?? [];
  const [made = null] = changedAt(root, path, changeOf(one));
  const isLarge = one.times > 50 && JSON.stringify(made).length > textMax;
  return isLarge ? root : made;
};

/** Documents with none to a few changes; shrinking drops changes first. */
export const withEdits = (documents: fc.Arbitrary<unknown>, maxLength = 4): fc.Arbitrary<unknown> =>
  fc
    .tuple(documents, fc.array(edit, { maxLength }))
    .map(([document, edits]) => edits.reduce(applied, document));
