import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const maps = new Map();

/** The source map of a compiled file; undefined once its build has been removed. */
const mapOf = (url) => {
  if (!maps.has(url)) {
    let map;
    try {
      map = new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${url}.map`), 'utf8')));
    } catch {
      // The trace then names the compiled file.
    }
    maps.set(url, map);
  }
  return maps.get(url);
};

/**
 * Makes stack traces name the sources of a build. Node's own `--enable-source-maps` reads the maps
 * of all modules at every start; this reads a map once an error needs it.
 */
export const traceSources = (build) => {
  const folder = pathToFileURL(`${build}/`).href;
  const describe = (site) => {
    const [url, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
    const text = String(site);
    if (!url?.startsWith(folder)) return text;
    const found = mapOf(url)?.findEntry(line - 1, column - 1);
    if (found?.originalSource === undefined) return text;
    const { originalSource, originalLine, originalColumn } = found;
    const place = `${originalSource}:${originalLine + 1}:${originalColumn + 1}`;
    return text.replace(`${url}:${line}:${column}`, place);
  };
  Error.prepareStackTrace = (error, sites) =>
    [Error.prototype.toString.call(error), ...sites.map((site) => `    at ${describe(site)}`)].join(
      '\n',
    );
};
