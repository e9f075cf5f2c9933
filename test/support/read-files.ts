import type { EntryKind } from '../../contracts/v1/lists.js';
import {
  type FileFault,
  type ImportFile,
  importFileOf,
  openImportFile,
} from '../../domain/labels/import-file.js';
import {
  type ImportedLines,
  importedLinesOf,
  openImport,
} from '../../domain/lists/import-lines.js';

/** Reads a file of entries as a whole. */
export const readImport = (text: string, valueKind: EntryKind | null): ImportedLines => {
  const opened = openImport(text, valueKind);
  return opened.ok ? importedLinesOf([...opened.lines]) : opened;
};

/** Reads a file of labels as a whole. */
export const readImportFile = (text: string): ImportFile | FileFault => {
  const opened = openImportFile(text);
  return typeof opened === 'string' ? opened : importFileOf([...opened.lines], opened.problems);
};
