import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plotAnswerTime } from '../plots/answer-time.js';
import { plotFit } from '../plots/fit.js';
import { plotGrowth } from '../plots/growth.js';
import { plotOverload } from '../plots/overload.js';
import { plotProcessorTime } from '../plots/processor-time.js';
import { plotSoak } from '../plots/soak.js';
import { plotWarmUp } from '../plots/warm-up.js';
import { fitTablesOf } from './fit-tables.js';
import { type Latest, readLatest } from './latest.js';
import { tablesOf } from './tables.js';

/**
 * The plots of `docs/performance.md` and `docs/learned-points.md` by file. Throws as `Latest` does.
 */
export const plotsOf = (latest: Latest): Readonly<Record<string, string>> => ({
  'answer-time.svg': plotAnswerTime(latest('answer-time').result),
  'warm-up.svg': plotWarmUp(latest('start').result),
  'processor-time.svg': plotProcessorTime(latest('answer-time').result),
  'overload.svg': plotOverload(latest('overload').result),
  'growth.svg': plotGrowth(latest('history').result),
  'soak.svg': plotSoak(latest('soak').result),
  'learned-points.svg': plotFit(latest('fit').result),
});

type Tables = Readonly<Record<string, string>>;

/** The tables of each page, by the names of their places in it. */
export const pagesOf = (latest: Latest): Readonly<Record<string, Tables>> => ({
  'performance.md': tablesOf(latest),
  'learned-points.md': fitTablesOf(latest),
});

/** A place for a table, and what stands in it. */
const place = /<!-- figures: ([a-z-]+) -->\n[\s\S]*?<!-- end of figures -->/g;

/**
 * The page with the tables in their places. Throws for a place without a table, or a table without
 * a place.
 */
export const fillPage = (page: string, tables: Tables): string => {
  const unplaced = new Set(Object.keys(tables));
  const filled = page.replace(place, (_whole, name: string) => {
    const table = tables[name];
    if (table === undefined) throw new RangeError(`there is no table ${name}`);
    unplaced.delete(name);
    return `<!-- figures: ${name} -->\n\n${table}\n\n<!-- end of figures -->`;
  });
  if (unplaced.size > 0) throw new RangeError(`the page has no place for ${[...unplaced].join()}`);
  return filled;
};

/** Writes plots and tables of the newest full results into the documents. */
export const writePage = (results: string, documents: string): void => {
  const latest = readLatest(results);
  const plots = join(documents, 'plots');
  mkdirSync(plots, { recursive: true });
  for (const [file, svg] of Object.entries(plotsOf(latest))) writeFileSync(join(plots, file), svg);
  for (const [name, tables] of Object.entries(pagesOf(latest))) {
    const page = join(documents, name);
    writeFileSync(page, fillPage(readFileSync(page, 'utf8'), tables));
  }
};
