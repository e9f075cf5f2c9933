import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ConfigError } from '../../../runtime/env.js';
import { loadSettings } from '../../../runtime/settings.js';
import { makeTempDir } from '../../support/temp-dir.js';
import { claim } from '../claims.js';
import { withEdits } from '../odd-json.js';
import { createCounts, type Target } from '../target.js';
import { withPieces } from '../wire-text.js';

const shipped = parse(readFileSync('config/verdict.yaml', 'utf8')) as Record<string, unknown>;

/** The whole file, or some of its sections: what is left out has a default or is missed. */
const documents = fc.oneof(
  fc.constant(shipped),
  fc.shuffledSubarray(Object.entries(shipped)).map((some) => Object.fromEntries(some)),
);

const texts = withEdits(documents, 3).map((value) =>
  stringify(value, { aliasDuplicateObjects: false }),
);

/** Settings files: read, or refused with one error that names what is wrong. */
export const settings: Target = {
  name: 'settings',
  share: 0.2,
  open: () => {
    const folder = makeTempDir();
    const path = join(folder.path, 'verdict.yaml');
    const counts = createCounts();
    return {
      cases: fc.oneof(texts, withPieces(texts)),
      check: (text) => {
        writeFileSync(path, text as string);
        try {
          loadSettings('VERDICT_SETTINGS', path);
          counts.add('read');
        } catch (error) {
          claim(error instanceof ConfigError, `throws ${String((error as Error).stack)}`);
          counts.add('refused');
        }
      },
      counts: counts.all,
      close: () => Promise.resolve(folder.remove()),
    };
  },
};
