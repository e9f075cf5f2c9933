import * as fc from 'fast-check';
import { parseCsv, printCsv } from '../../../domain/csv.js';
import { importFileOf, openImportFile } from '../../../domain/labels/import-file.js';
import { importedLinesOf, openImport } from '../../../domain/lists/import-lines.js';
import { claim, claimSecret, held } from '../claims.js';
import { canary } from '../odd-json.js';
import { csvFile } from '../csv-file.js';
import { inProcess } from '../target.js';
import { withPieces } from '../wire-text.js';

const claimRoundTrip = (text: string): void => {
  const { rows } = parseCsv(text);
  const cells = rows.map((row) => row.cells);
  const again = parseCsv(printCsv(cells));
  claim(again.problems.length === 0, `a printed file has problems: ${again.problems.length}`);
  const isSame = JSON.stringify(again.rows.map((row) => row.cells)) === JSON.stringify(cells);
  claim(isSame, 'a printed file is read otherwise');
};

/** A cell of the first line is the name of a column, which a fault may repeat. */
const isNamed = (text: string): boolean =>
  text
    .trimStart()
    .split(/[\r\n]/, 1)[0]
    ?.toLowerCase()
    .includes(canary.toLowerCase()) ?? false;

/** Files of list entries and of labels: all or nothing, with faults that repeat nothing. */
export const files = inProcess<string>('files', 1.5, () => ({
  cases: fc.oneof(csvFile, withPieces(csvFile), fc.string({ unit: 'binary', maxLength: 200 })),
  check: async (text) => {
    claimRoundTrip(text);
    const entries = await held(() => {
      const opened = openImport(text, null);
      return opened.ok ? importedLinesOf([...opened.lines]) : opened;
    });
    const labels = await held(() => {
      const opened = openImportFile(text);
      return typeof opened === 'string' ? opened : importFileOf([...opened.lines], opened.problems);
    });
    if (!entries.ok && !isNamed(text)) {
      claimSecret('a fault of a list', JSON.stringify(entries.faults));
    }
    const said = typeof labels === 'string' ? labels : JSON.stringify(labels.wrong);
    if (!isNamed(text)) claimSecret('a fault of a label', said);
    const isTaken = typeof labels !== 'string' && labels.statements.length > 0;
    return `${entries.ok ? 'entries' : 'no entries'}, ${isTaken ? 'labels' : 'no labels'}`;
  },
}));
