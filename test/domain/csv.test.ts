import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv, printCsv } from '../../domain/csv.js';

const cellsOf = (text: string) => parseCsv(text).rows.map((row) => row.cells);

/** Texts in which the characters that matter are frequent. */
const cell = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', ',', '\r', '\n', '\r\n', "'", '=', '+', '-', '@', '\t', ';', ' ', '＝'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 6 });

describe('CSV', () => {
  it('reads back whatever was printed, cell for cell', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const read = parseCsv(printCsv(rows));
        expect(read.problems).toEqual([]);
        expect(read.rows.map((row) => row.cells)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('prints no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const printed = printCsv([[text]]).replace(/^"/, '');
        expect(printed).not.toMatch(/^[=+\-@\t＝＋－＠]/);
        expect(/^[\r\n]/.test(printed) && printed !== '\r\n').toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('reads any line ends, a byte order mark, quotes and empty lines', () => {
    expect(cellsOf('\uFEFFa,b\r\n1,"x, ""y"""\n\n2,\r"3\n4",')).toEqual([
      ['a', 'b'],
      ['1', 'x, "y"'],
      ['2', ''],
      ['3\n4', ''],
    ]);
    expect(cellsOf('')).toEqual([]);
    expect(cellsOf('a')).toEqual([['a']]);
    expect(cellsOf('a,')).toEqual([['a', '']]);
  });

  it('counts lines as an editor does, also after cells of several lines', () => {
    const { rows } = parseCsv('a\n"b\nc"\r\n\nd\re');
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
  });

  it('reports the line of a malformed record, and continues', () => {
    expect(parseCsv('a\n"b"c,d\n5" pipe\nok\n"open\nx')).toEqual({
      rows: [
        { line: 1, cells: ['a'] },
        { line: 4, cells: ['ok'] },
      ],
      problems: [
        { line: 2, message: 'has text after a closing quote' },
        { line: 3, message: 'has a quote inside a cell that is not quoted' },
        { line: 5, message: 'has a quote that is not closed' },
      ],
    });
  });

  it('reads a megabyte of anything in a time that grows with its length only', () => {
    const mega = (text: string) => text.repeat(Math.ceil(1_048_576 / text.length));
    for (const text of [mega('"'), mega(','), mega('\r'), mega('a,"b""",\n'), `"${mega('""')}`]) {
      const startMs = performance.now();
      parseCsv(text);
      expect(performance.now() - startMs).toBeLessThan(5000);
    }
  });
});
