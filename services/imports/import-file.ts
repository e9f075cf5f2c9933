import type { Import } from '../../contracts/v1/imports.js';
import { listPartNumbers } from '../../db/import-parts.js';
import type { FileLine } from './file-lines.js';
import { finishImport } from './imports.js';
import { type ImportContext, storePart } from './store-part.js';

/** Lines of a part: enough for fast statements, few enough to be stored in half a second. */
const partSize = 500;

/** One part is sealed while Postgres stores another one. */
const togetherMax = 2;

/** How far an import is. */
export interface ImportProgress {
  /** Lines of the file that are done, also in earlier runs. */
  readonly lines: number;
  readonly stored: number;
  readonly refused: number;
}

/** Groups the lines of a file into parts, numbered from 1. */
async function* partsOf(
  lines: AsyncIterable<FileLine>,
): AsyncGenerator<{ readonly part: number; readonly lines: readonly FileLine[] }> {
  let some: FileLine[] = [];
  let part = 1;
  for await (const line of lines) {
    some.push(line);
    if (some.length < partSize) continue;
    yield { part, lines: some };
    some = [];
    part += 1;
  }
  if (some.length > 0) yield { part, lines: some };
}

/** Another run has finished the import, or somebody has deleted it. */
const lost = (kind: string): Error => new Error(`the import cannot go on: ${kind}`);

/**
 * Stores what is missing of a file's lines as parts of an import, and ends it. A run that was
 * killed goes on where it was when the same file is given again. Throws `FileFault`.
 */
export const importFile = async (
  context: Omit<ImportContext, 'now'> & { readonly clock: () => Date },
  importId: string,
  lines: AsyncIterable<FileLine>,
  say: (progress: ImportProgress) => void,
): Promise<Import> => {
  const { clock } = context;
  const atPresent = (): ImportContext => ({ ...context, now: clock() });
  const done = await listPartNumbers(context.db, importId);
  const progress = { lines: 0, stored: 0, refused: 0 };
  const store = async (part: number, some: readonly FileLine[]): Promise<void> => {
    const given = some.map(({ line, read }) => ({ line, content: read() }));
    const result = await storePart(atPresent(), { importId, part, lines: given });
    if (result.kind !== 'stored' && result.kind !== 'repeated') throw lost(result.kind);
    progress.stored += result.part.stored;
    progress.refused += result.part.refused;
  };
  const running = new Set<Promise<void>>();
  for await (const { part, lines: some } of partsOf(lines)) {
    if (!done.has(part)) {
      const task = store(part, some).finally(() => running.delete(task));
      running.add(task);
      // A failure ends the loop at the next wait; until then it must not count as unhandled.
      task.catch(() => undefined);
      if (running.size >= togetherMax) await Promise.race(running);
    }
    progress.lines += some.length;
    say(progress);
  }
  await Promise.all(running);
  for (;;) {
    const finished = await finishImport(atPresent(), importId);
    if (finished === undefined) throw lost('unknown');
    if (finished.state === 'done') return finished;
  }
};
