import { join, relative, sep } from 'node:path';
import { SourceChanged } from './build.mjs';
import { find, make } from './cache.mjs';
import { allRooms, compiledName, productRooms, root, survey } from './sources.mjs';

const buildOf = async ({ digests, name }) => find(name) ?? (await make(name, digests));

/** Compiles everything, so that later processes find it done, also where nothing is writable. */
export const compileAll = async () => {
  for (const rooms of [productRooms, allRooms]) await buildOf(survey(rooms));
};

/**
 * The build with the compiled file of a TypeScript source, given by its absolute path. Compiles
 * whatever has changed. Throws where no folder can be written, and for text that is no TypeScript.
 */
export const compile = async (source) => {
  const file = relative(root, source).replaceAll(sep, '/');
  const rooms = productRooms.includes(file.split('/')[0]) ? productRooms : allRooms;
  for (;;) {
    const sources = survey(rooms);
    if (sources.digests[file] === undefined) {
      throw new Error(`there is no source ${source} in ${root}`);
    }
    try {
      const build = await buildOf(sources);
      return { build, path: join(build, compiledName(file)) };
    } catch (error) {
      if (!(error instanceof SourceChanged)) throw error;
    }
  }
};
