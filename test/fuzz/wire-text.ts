import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { canary } from './odd-json.js';

/** Pieces that break a JSON text, or make it say something twice. */
const pieces: readonly string[] = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '\\ud800', '\\u', "'", '/**/', '//', '#'],
  ...['NaN', 'Infinity', '1e400', '-', '01', '1.', '.1', '+1', '0x1', 'undefined', 'nul', 'TRUE'],
  ...['"__proto__":{"x":1},', '"constructor":null,', `"a":"${canary}","a":1,`, '\u0000', '\u2028'],
  ...['['.repeat(20_000), '{"a":'.repeat(9_000), `${'['.repeat(9_000)}${']'.repeat(9_000)}`],
  ...['\ufeff', '\u00a0', '\t', '\r\n', '\u{e9}', '[[[[[[[[', '{"a":{"a":{"a":'],
];

const textEdit = fc.record({
  at: fc.nat(1_000_000),
  cut: fc.constantFrom(0, 0, 0, 1, 2, 9),
  put: fc.constantFrom('', ...pieces),
});

/** A text with none to a few pieces cut out or put in. */
export const withPieces = (texts: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string> =>
  fc.tuple(texts, fc.array(textEdit, { maxLength })).map(([text, edits]) =>
    edits.reduce((whole, { at, cut, put }) => {
      const start = at % (whole.length + 1);
      return whole.slice(0, start) + put + whole.slice(start + cut);
    }, text),
  );

const notUtf8 = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0]];

const withByte = (bytes: Buffer, at: number, odd: readonly number[]): Buffer => {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(odd), bytes.subarray(start)]);
};

/** A text as bytes: in most cases UTF-8, else with wrong bytes, or in another encoding. */
export const bytesOf = (texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> => {
  const utf8 = texts.map((text) => Buffer.from(text));
  return fc.oneof(
    { weight: 40, arbitrary: utf8 },
    {
      weight: 3,
      arbitrary: fc
        .tuple(utf8, fc.nat(1_000_000), fc.constantFrom(...notUtf8))
        .map(([bytes, at, odd]) => withByte(bytes, at, odd)),
    },
    { weight: 1, arbitrary: texts.map((text) => Buffer.from(text, 'utf16le')) },
    { weight: 1, arbitrary: utf8.map((bytes) => gzipSync(bytes)) },
    { weight: 1, arbitrary: utf8.map((bytes) => bytes.subarray(0, bytes.length / 2)) },
  );
};

/** A JSON value as text; in one of five cases the text itself is damaged. */
export const jsonText = (values: fc.Arbitrary<unknown>): fc.Arbitrary<string> => {
  const texts = values.map((value) => JSON.stringify(value) ?? 'null');
  return fc.oneof({ weight: 4, arbitrary: texts }, { weight: 1, arbitrary: withPieces(texts) });
};
