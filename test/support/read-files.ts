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

/** Reads a whole file of list entries. */
export const readImport = (text: string, valueKind: EntryKind | null): ImportedLines => {
  const opened = openImport(text, valueKind);
  return opened.ok ? importedLinesOf([...opened.lines]) : opened;
};

/** Reads a whole file of labels. */
export const readImportFile = (text: string): ImportFile | FileFault => {
  const opened = openImportFile(text);
  return typeof opened === 'string' ? opened : importFileOf([...opened.lines], opened.problems);
};
